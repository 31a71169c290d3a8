import { encodeBase64Url, SessionKeys } from "@sotto/e2ee";
import { maxChatBodyBytes, maxRpcBodyBytes } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { SottoError } from "../SottoError.ts";
import { ChatStore } from "./ChatStore.ts";
import { encryptedCodec, plainCodec, type MessageCodec } from "./MessageCodec.ts";

const alice = "p_AAAAAAAAAAAAAAAA";
const bob = "p_BBBBBBBBBBBBBBBB";
const sessionId = "AAAAAAAAAAAAAAAAAAAAAA";

function keysOf(participantId: string, secret = 7): Promise<SessionKeys> {
  return SessionKeys.forServerKey({
    sessionId,
    root: new Uint8Array(32).fill(secret),
    epochs: [{ epoch: 0, secret: new Uint8Array(32).fill(9) }],
    self: { participantId, senderNonce: crypto.getRandomValues(new Uint8Array(16)) },
  });
}

const noNews = () => Promise.resolve();

/** The session's stream: bodies by sender, each client message id once, handed to everybody who listens. */
class Stream {
  readonly stored: { participantId: string; body: Uint8Array }[] = [];
  readonly readers: ChatStore[] = [];
  refuse: SottoError | null = null;
  loseAnswers = false;

  join(selfId: string, codec: MessageCodec): ChatStore {
    const names: Record<string, string> = { [alice]: "Alice", [bob]: "Bob" };
    const publish = (body: Uint8Array) => this.publish(selfId, body);
    const chat = new ChatStore({ selfId, peerId: null, nameOf: (id) => names[id] ?? "", codec, publish });
    this.readers.push(chat);
    return chat;
  }

  publish(participantId: string, body: Uint8Array): Promise<void> {
    if (this.refuse) return Promise.reject(this.refuse);
    const id = body.subarray(0, 16).join();
    if (!this.stored.some((each) => each.participantId === participantId && each.body.subarray(0, 16).join() === id)) {
      this.stored.push({ participantId, body });
      for (const reader of this.readers) this.deliver(reader, this.stored.length);
    }
    return this.loseAnswers ? Promise.reject(SottoError.notConnected()) : Promise.resolve();
  }

  deliver(reader: ChatStore, sequence: number): void {
    const { participantId, body } = this.stored[sequence - 1]!;
    reader.receive({ kind: "public", participantId, channel: "chat", sequence, sentAt: 1_000 + sequence, body });
  }
}

const texts = (chat: ChatStore) => chat.messages.get().map(({ text, state }) => `${text}:${state}`);

describe("ChatStore", () => {
  test("a message is seen at once as sending, and as sent when it comes back", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const other = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    const sending = chat.send("hello");
    expect(chat.messages.get()).toMatchObject([{ text: "hello", state: "sending", isLocal: true, name: "Alice" }]);
    const { id } = chat.messages.get()[0]!;
    await sending;
    await expect.poll(() => chat.messages.get()).toMatchObject([{ id, text: "hello", state: "sent", sentAt: 1_001 }]);
    await expect
      .poll(() => other.messages.get())
      .toMatchObject([{ id, text: "hello", isLocal: false, name: "Alice", participantId: alice }]);
  });

  test("what the stream holds is not the text", async () => {
    const stream = new Stream();
    await stream.join(alice, encryptedCodec(await keysOf(alice), noNews)).send("CANARY-7f3a");
    expect(new TextDecoder().decode(stream.stored[0]!.body)).not.toContain("CANARY");
  });

  test("a refused message fails, and a retry sends the same bytes", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    stream.refuse = SottoError.notConnected();
    await expect(chat.send("later")).rejects.toMatchObject({ code: "not_connected" });
    expect(texts(chat)).toEqual(["later:failed"]);
    stream.refuse = null;
    await chat.retry(chat.messages.get()[0]!.id);
    await expect.poll(() => texts(chat)).toEqual(["later:sent"]);
  });

  test("a message whose answer was lost is stored and shown once, however often it is retried", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const away = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    stream.readers.length = 0; // nothing is delivered for now
    stream.loseAnswers = true;
    await expect(chat.send("once")).rejects.toBeInstanceOf(SottoError);
    const { id } = chat.messages.get()[0]!;
    await expect(chat.retry(id)).rejects.toBeInstanceOf(SottoError);
    expect(stream.stored).toHaveLength(1);
    for (const reader of [chat, away]) stream.deliver(reader, 1);
    await expect.poll(() => [texts(chat), texts(away)]).toEqual([["once:sent"], ["once:sent"]]);
    await chat.retry(id);
    expect(texts(chat)).toEqual(["once:sent"]);
  });

  test("a second copy of a message is not shown, and counts as nothing", async () => {
    const stream = new Stream();
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    await stream.join(alice, encryptedCodec(await keysOf(alice), noNews)).send("hi");
    stream.deliver(chat, 1);
    await expect.poll(() => [texts(chat), chat.undecryptable.get()]).toEqual([["hi:sent"], 0]);
  });

  test("in an encrypted room: plain, forged, rerouted, replayed and foreign messages are counted, not shown", async () => {
    const stream = new Stream();
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    await stream.join(alice, plainCodec).send("in clear");
    await stream.join(alice, encryptedCodec(await keysOf(alice, 8), noNews)).send("other key");
    await stream.join(alice, encryptedCodec(await keysOf(alice), noNews)).send("genuine");
    const genuine = stream.stored.at(-1)!.body;
    await stream.publish(bob, genuine); // claimed to be of somebody else
    const replay = genuine.slice();
    replay[0]! ^= 1;
    await stream.publish(alice, replay); // under another client message id
    const tampered = genuine.slice();
    tampered[1]! ^= 1;
    tampered[tampered.length - 1]! ^= 1;
    await stream.publish(alice, tampered);
    await stream.publish(alice, new Uint8Array(3));
    await expect.poll(() => [texts(chat), chat.undecryptable.get()]).toEqual([["genuine:sent"], 6]);
  });

  test("a room without encryption takes no encrypted message either", async () => {
    const stream = new Stream();
    const chat = stream.join(bob, plainCodec);
    await stream.join(alice, plainCodec).send("plain");
    await stream.join(alice, encryptedCodec(await keysOf(alice), noNews)).send("sealed");
    await expect.poll(() => [texts(chat), chat.undecryptable.get()]).toEqual([["plain:sent"], 1]);
  });

  test("keeps the order of the stream, and own messages under way after it", async () => {
    const stream = new Stream();
    const mine = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const theirs = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    await Promise.all([mine.send("1"), mine.send("2"), theirs.send("3"), mine.send("4")]);
    stream.refuse = SottoError.notConnected();
    await mine.send("5").catch(() => undefined);
    stream.refuse = null;
    await theirs.send("6");
    // Their own last one may still be on its way back to them.
    await expect.poll(() => texts(theirs).filter((text) => text.endsWith(":sent"))).toHaveLength(5);
    const order = texts(theirs);
    await expect.poll(() => texts(mine)).toEqual([...order, "5:failed"]);
    expect(order.filter((text) => /[124]/.test(text))).toEqual(["1:sent", "2:sent", "4:sent"]);
  });

  test("a withheld message is missed", async () => {
    const stream = new Stream();
    const sender = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    stream.readers.length = 0;
    for (const text of ["1", "2", "3", "4"]) await sender.send(text);
    for (const sequence of [1, 4]) stream.deliver(chat, sequence);
    await expect.poll(() => [texts(chat), chat.missing.get()]).toEqual([["1:sent", "4:sent"], 2]);
  });

  test("the longest message fits an rpc body, a longer one is refused before it is shown", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const longest = "x".repeat(maxChatBodyBytes - `{"id":"${"A".repeat(22)}","text":""}`.length);
    await chat.send(longest);
    expect(stream.stored[0]!.body.length).toBeLessThan(maxRpcBodyBytes);
    await expect(chat.send(`${longest}x`)).rejects.toMatchObject({ code: "body_too_large" });
    await expect(chat.send(" \n")).rejects.toMatchObject({ code: "body_invalid" });
    expect(chat.messages.get()).toHaveLength(1);
  });

  test("messages of 1 to 200 letters look the same on the wire", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    for (const length of [1, 57, 200]) await chat.send("ü".repeat(length));
    expect(new Set(stream.stored.map(({ body }) => body.length)).size).toBe(1);
  });

  test("an own message says something else, or is taken back, for everybody; who comes back finds it so", async () => {
    const stream = new Stream();
    const mine = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const theirs = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    await mine.send("hello wrold");
    await mine.send("never mind");
    await expect.poll(() => texts(mine)).toHaveLength(2);
    const [first, second] = mine.messages.get();
    await mine.edit(first!.id, `hello @${bob}`);
    await mine.delete(second!.id);
    for (const chat of [mine, theirs]) {
      await expect
        .poll(() => chat.messages.get())
        .toMatchObject([
          { id: first!.id, text: `hello @${bob}`, mentions: { [bob]: "Bob" }, changedAt: 1_003, isDeleted: false },
          { id: second!.id, text: "", changedAt: 1_004, isDeleted: true },
        ]);
    }
    await expect(mine.edit(second!.id, "back again")).rejects.toMatchObject({ code: "not_found" });
    await expect(theirs.edit(first!.id, "not mine")).rejects.toMatchObject({ code: "not_found" });
    await expect(mine.edit(first!.id, " ")).rejects.toMatchObject({ code: "body_invalid" });
    const again = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    for (let sequence = 1; sequence <= stream.stored.length; sequence++) stream.deliver(again, sequence);
    await expect.poll(() => again.messages.get().map(({ text }) => text)).toEqual([`hello @${bob}`, ""]);
    expect([again.undecryptable.get(), again.unread.get()]).toEqual([0, 2]);
  });

  test("nobody changes what somebody else wrote, whatever their client sends", async () => {
    const stream = new Stream();
    const codec = encryptedCodec(await keysOf(bob), noNews);
    const mine = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    await mine.send("mine");
    await expect.poll(() => texts(mine)).toEqual(["mine:sent"]);
    const { id } = mine.messages.get()[0]!;
    const forge = async (body: object) => {
      const wire = await codec.seal("chat", "", new TextEncoder().encode(JSON.stringify(body)));
      await stream.publish(bob, new Uint8Array([...crypto.getRandomValues(new Uint8Array(16)), ...wire]));
    };
    const clientId = id.slice(id.indexOf("/") + 1);
    await forge({ kind: "edit", edits: clientId, text: "forged" }); // that names Bob's own message, and there is none
    await forge({ kind: "edit", edits: id, text: "forged" });
    await forge({ kind: "deletion", deletes: id });
    await forge({ kind: "history", telling: clientId, part: 0, parts: 1, messages: [] });
    await forge({ kind: "unheard of", text: "x" });
    await expect.poll(() => [texts(mine), mine.undecryptable.get()]).toEqual([["mine:sent"], 4]);
  });

  test("a body in another message's place is refused: what refers to one must not hit the other", async () => {
    const stream = new Stream();
    const sender = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    stream.readers.length = 0;
    await sender.send("yes");
    await sender.send("no");
    const [yes, no] = stream.stored.map(({ body }) => body);
    stream.stored.length = 0;
    stream.readers.push(chat);
    await stream.publish(alice, new Uint8Array([...yes!.subarray(0, 16), ...no!.subarray(16)]));
    await expect.poll(() => [texts(chat), chat.undecryptable.get()]).toEqual([[], 1]);
  });

  test("who is mentioned is counted apart, until it was read", async () => {
    const stream = new Stream();
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    const sender = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    for (const text of ["all", `@${bob} and @${bob}`, `@${bob}x`, `@${alice}`]) await sender.send(text);
    await expect.poll(() => [chat.unread.get(), chat.unreadMentions.get()]).toEqual([4, 1]);
    chat.markRead();
    expect([chat.unread.get(), chat.unreadMentions.get()]).toEqual([0, 0]);
  });

  test("what is too much for the moment is not shown, and the same text goes as the same bytes", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const other = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    await chat.send("first");
    stream.refuse = SottoError.refused({ code: "rate_limited", message: "" });
    await expect(chat.send("slowly")).rejects.toMatchObject({ code: "rate_limited" });
    await expect.poll(() => texts(chat)).toEqual(["first:sent"]);
    await expect(chat.send("slowly")).rejects.toMatchObject({ code: "rate_limited" });
    stream.refuse = null;
    await chat.send("slowly");
    await chat.send("slowly");
    const heard = ["first:sent", "slowly:sent", "slowly:sent"];
    await expect.poll(() => [texts(other), other.missing.get()]).toEqual([heard, 0]);
    expect(new Set(other.messages.get().map(({ id }) => id)).size).toBe(3);
  });

  test("a file that is too much for the moment stays, to be tried again", async () => {
    const stream = new Stream();
    const chat = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    const file = { fileId: "AAAAAAAAAAAAAAAAAAAAAA", secret: "A".repeat(43), prefix: "A".repeat(10), length: 1 };
    stream.refuse = SottoError.refused({ code: "rate_limited", message: "" });
    const sending = chat.send("", { file: { ...file, name: "a.txt", type: "", sha256: "A".repeat(43) } });
    await expect(sending).rejects.toMatchObject({ code: "rate_limited" });
    const [message] = chat.messages.get();
    expect(message).toMatchObject({ state: "failed", file: { name: "a.txt" } });
    stream.refuse = null;
    await chat.retry(message!.id);
    await expect.poll(() => chat.messages.get()).toMatchObject([{ id: message!.id, state: "sent" }]);
  });

  test("what was told gives way to what was really sent, and takes nobody's place", async () => {
    const stream = new Stream();
    const chat = stream.join(bob, encryptedCodec(await keysOf(bob), noNews));
    const sender = stream.join(alice, encryptedCodec(await keysOf(alice), noNews));
    stream.readers.length = 0;
    await sender.send("as it was");
    const clientId = encodeBase64Url(stream.stored[0]!.body.subarray(0, 16));
    const told = {
      ...sender.messages.get()[0]!,
      id: `${alice}/${clientId}`,
      text: "as they say it was",
      sentAt: 500,
      retoldBy: { participantId: "p_EEEEEEEEEEEEEEEE", name: "Eve" },
      state: "sent" as const,
    };
    chat.add([told]);
    await expect.poll(() => texts(chat)).toEqual(["as they say it was:sent"]);
    stream.deliver(chat, 1);
    await expect.poll(() => chat.messages.get()).toMatchObject([{ text: "as it was", retoldBy: null, sentAt: 1_001 }]);
    chat.add([told]);
    await sender.send("after");
    stream.deliver(chat, 2);
    await expect.poll(() => texts(chat)).toEqual(["as it was:sent", "after:sent"]);
  });
});
