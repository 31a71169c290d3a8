import { describe, expect, test } from "vitest";
import type { ChatMemory, MemoryEvent, Recollection } from "./ChatMemory.ts";
import type { ChatMessage } from "./ChatMessage.ts";
import { ChatStore } from "./ChatStore.ts";
import { plainCodec } from "./MessageCodec.ts";
import { PrivateChats } from "./PrivateChats.ts";

const ada = "p_AAAAAAAAAAAAAAAA";
const ben = "p_BBBBBBBBBBBBBBBB";

/** A memory that outlives its pages. */
class Memory implements ChatMemory {
  readonly kept = new Map<string, { peerId: string | null; message: ChatMessage }>();
  readonly listeners: ((event: MemoryEvent) => void)[] = [];
  forgottenUntil = 0;
  isLocked = false;

  async peers(): Promise<string[]> {
    return this.isLocked ? [] : [...this.kept.values()].flatMap(({ peerId }) => peerId ?? []);
  }

  async recall(peerId: string | null): Promise<Recollection> {
    const ofPeer = [...this.kept.values()].filter((each) => !this.isLocked && each.peerId === peerId);
    return { messages: ofPeer.map(({ message }) => message), forgottenUntil: this.forgottenUntil };
  }

  keep(peerId: string | null, message: ChatMessage): void {
    this.kept.set(message.id, { peerId, message });
  }

  subscribe(listener: (event: MemoryEvent) => void): void {
    this.listeners.push(listener);
  }

  tell(event: MemoryEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

/** What the server delivers again to each page. */
class Server {
  readonly stored: { from: string; body: Uint8Array; sentAt: number }[] = [];

  page(selfId: string, memory: ChatMemory | null): ChatStore {
    const publish = async (body: Uint8Array) => {
      this.stored.push({ from: selfId, body, sentAt: 1_000 + this.stored.length });
    };
    return new ChatStore({ selfId, peerId: null, nameOf: () => "", codec: plainCodec, publish, memory });
  }

  deliver(chat: ChatStore): void {
    for (const [index, { from, body, sentAt }] of this.stored.entries()) {
      chat.receive({ kind: "public", channel: "chat", participantId: from, sequence: index + 1, sentAt, body });
    }
  }
}

const texts = (chat: ChatStore) => chat.messages.get().map(({ text }) => text);

describe("a conversation that is remembered", () => {
  test("is there before anything is delivered, doubled by nothing, and counts nothing as new", async () => {
    const [server, memory] = [new Server(), new Memory()];
    const sender = server.page(ben, null);
    const before = server.page(ada, memory);
    await sender.send("one");
    await sender.send("two");
    server.deliver(sender);
    await expect.poll(() => sender.messages.get()[0]?.state).toBe("sent");
    await sender.edit(sender.messages.get()[0]!.id, "one, worse");
    await sender.edit(sender.messages.get()[0]!.id, "one, better");
    server.deliver(before);
    await expect.poll(() => texts(before)).toEqual(["one, better", "two"]);

    const after = server.page(ada, memory);
    await expect.poll(() => texts(after)).toEqual(["one, better", "two"]);
    const seen: string[][] = [];
    after.messages.subscribe(() => seen.push(texts(after)));
    await sender.send("three");
    server.deliver(after);
    await expect.poll(() => texts(after)).toEqual(["one, better", "two", "three"]);
    // Not even for a moment was an older text shown.
    expect(seen.flat().filter((text) => ["one", "one, worse"].includes(text))).toEqual([]);
    expect([after.unread.get(), after.undecryptable.get(), after.missing.get()]).toEqual([1, 0, 0]);
    // The server lost everything and counts from one again.
    server.stored.length = 0;
    await sender.send("four");
    server.stored[0]!.sentAt = 5_000;
    const last = server.page(ada, memory);
    server.deliver(last);
    await expect.poll(() => texts(last)).toEqual(["one, better", "two", "three", "four"]);
  });

  test("that was forgotten stays so when the server delivers it again, and what came since is there", async () => {
    const [server, memory] = [new Server(), new Memory()];
    const sender = server.page(ben, null);
    const chat = server.page(ada, memory);
    await sender.send("secret");
    server.deliver(chat);
    await expect.poll(() => texts(chat)).toEqual(["secret"]);
    memory.kept.clear();
    memory.forgottenUntil = 1_000;
    memory.tell("forgotten");
    expect([texts(chat), chat.unread.get()]).toEqual([[], 0]);
    await sender.send("since");
    server.deliver(chat);
    await expect.poll(() => texts(chat)).toEqual(["since"]);
    const again = server.page(ada, memory);
    await sender.send("last");
    server.deliver(again);
    await expect.poll(() => texts(again)).toEqual(["since", "last"]);
  });

  test("that was locked is put where it belongs once it is not", async () => {
    const [server, memory] = [new Server(), new Memory()];
    const sender = server.page(ben, null);
    const chat = server.page(ada, memory);
    await sender.send("before");
    server.deliver(chat);
    await expect.poll(() => texts(chat)).toEqual(["before"]);
    memory.isLocked = true;
    server.stored.length = 0;
    const later = server.page(ada, memory);
    await sender.send("after");
    server.stored[0]!.sentAt = 5_000;
    server.deliver(later);
    await expect.poll(() => texts(later)).toEqual(["after"]);
    memory.isLocked = false;
    memory.tell("recalled");
    await expect.poll(() => texts(later)).toEqual(["before", "after"]);
  });

  test("opens the private conversations that there were, and no others", async () => {
    const memory = new Memory();
    const publish = () => Promise.resolve();
    const chats = () => new PrivateChats({ selfId: ada, nameOf: () => "", codec: plainCodec, publish, memory });
    const [message] = await messagesOf(ben);
    memory.keep(ben, message!);
    const opened = chats();
    await expect.poll(() => opened.get().map(({ peerId }) => peerId)).toEqual([ben]);
    expect(texts(opened.with(ben))).toEqual(["private"]);
    expect(opened.unread.get().size).toBe(0);
  });
});

/** A message of somebody, as it is shown. */
async function messagesOf(from: string): Promise<readonly ChatMessage[]> {
  const server = new Server();
  await server.page(from, null).send("private");
  const chat = server.page(ada, null);
  server.deliver(chat);
  await expect.poll(() => texts(chat)).toEqual(["private"]);
  return chat.messages.get();
}
