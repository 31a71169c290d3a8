import { SessionKeys } from "@sotto/e2ee";
import { describe, expect, test } from "vitest";
import type { Delivery } from "../connection/Deliveries.ts";
import { ChatStore } from "./ChatStore.ts";
import { encryptedCodec, type MessageCodec } from "./MessageCodec.ts";
import { PrivateChats } from "./PrivateChats.ts";

const ada = "p_AAAAAAAAAAAAAAAA";
const ben = "p_BBBBBBBBBBBBBBBB";
const eve = "p_EEEEEEEEEEEEEEEE";

async function codecOf(participantId: string): Promise<MessageCodec> {
  const keys = await SessionKeys.forServerKey({
    sessionId: "AAAAAAAAAAAAAAAAAAAAAA",
    root: new Uint8Array(32).fill(7),
    epochs: [{ epoch: 0, secret: new Uint8Array(32).fill(9) }],
    self: { participantId, senderNonce: crypto.getRandomValues(new Uint8Array(16)) },
  });
  return encryptedCodec(keys, () => Promise.resolve());
}

/** The private stream; what is stored is delivered when the test says so, to whom it says. */
class PrivateStream {
  readonly stored: (Delivery & { kind: "private" })[] = [];

  async join(selfId: string): Promise<PrivateChats> {
    const codec = await codecOf(selfId);
    const publish = async (request: Uint8Array) => {
      const to = new TextDecoder().decode(request.subarray(16, 34));
      const body = new Uint8Array([...request.subarray(0, 16), ...request.subarray(34)]);
      const sequence = this.stored.length + 1;
      this.stored.push({ kind: "private", participantId: selfId, to, sequence, sentAt: 1_000 + sequence, body });
    };
    return new PrivateChats({ selfId, nameOf: () => "", codec, publish });
  }

  deliver(...readers: PrivateChats[]): void {
    for (const reader of readers) for (const delivery of this.stored) reader.receive(delivery);
  }
}

const texts = (chats: PrivateChats, peer: string) =>
  chats
    .with(peer)
    .messages.get()
    .map(({ text, isLocal }) => `${isLocal ? "me" : "peer"}: ${text}`);

describe("PrivateChats", () => {
  test("keep each conversation apart, in the order of the stream, and count what is unread of each", async () => {
    const stream = new PrivateStream();
    const [a, b, e] = await Promise.all([stream.join(ada), stream.join(ben), stream.join(eve)]);
    await a.with(ben).send("hello Ben");
    await b.with(ada).send("hello Ada");
    await a.with(eve).send("hello Eve");
    await e.with(ada).send("what did Ben say?");
    await e.with(ada).send("well?");
    stream.deliver(a);
    await expect.poll(() => texts(a, ben)).toEqual(["me: hello Ben", "peer: hello Ada"]);
    await expect.poll(() => texts(a, eve)).toEqual(["me: hello Eve", "peer: what did Ben say?", "peer: well?"]);
    expect(a.get().map(({ peerId }) => peerId)).toEqual([ben, eve]);
    // Conversations are opened independently of each other: which one counts first is chance.
    expect(a.unread.get()).toEqual(
      new Map([
        [ben, 1],
        [eve, 2],
      ]),
    );
    a.with(eve).markRead();
    expect([...a.unread.get()]).toEqual([[ben, 1]]);
  });

  test("a message rerouted to somebody else is refused, and so is one that claims to be of somebody else", async () => {
    const stream = new PrivateStream();
    const [a, e] = await Promise.all([stream.join(ada), stream.join(eve)]);
    await a.with(ben).send("for Ben");
    const [genuine] = stream.stored;
    e.receive({ ...genuine!, to: eve }); // to Eve
    e.receive({ ...genuine!, participantId: ben, to: eve }); // to Eve, as if of Ben
    await expect.poll(() => [ada, ben].map((peer) => e.with(peer).undecryptable.get())).toEqual([1, 1]);
    expect([texts(e, ada), texts(e, ben)]).toEqual([[], []]);
    expect(e.unread.get().size).toBe(0);
  });

  test("a private message replayed into the public chat is refused there, and a public one in private", async () => {
    const stream = new PrivateStream();
    const a = await stream.join(ada);
    await a.with(ben).send("between us");
    const [whispered] = stream.stored;
    const codec = await codecOf(ben);
    const publish = () => Promise.resolve();
    const everybody = new ChatStore({ selfId: ben, peerId: null, nameOf: () => "", codec, publish });
    const { participantId, sequence, sentAt, body } = whispered!;
    everybody.receive({ kind: "public", channel: "chat", participantId, sequence, sentAt, body });
    await expect.poll(() => everybody.undecryptable.get()).toBe(1);
    expect(everybody.messages.get()).toEqual([]);

    const said = await (await codecOf(ada)).seal("chat", "", new TextEncoder().encode('{"text":"to all"}'));
    const b = await stream.join(ben);
    b.receive({ ...whispered!, body: new Uint8Array([...crypto.getRandomValues(new Uint8Array(16)), ...said]) });
    await expect.poll(() => b.with(ada).undecryptable.get()).toBe(1);
    b.receive(whispered!);
    await expect.poll(() => texts(b, ada)).toEqual(["peer: between us"]);
  });

  test("what is neither of nor for us opens no conversation", async () => {
    const stream = new PrivateStream();
    const [a, e] = await Promise.all([stream.join(ada), stream.join(eve)]);
    await a.with(ben).send("for Ben");
    const [genuine] = stream.stored;
    e.receive(genuine!);
    e.receive({ ...genuine!, participantId: eve, to: eve });
    expect(e.get()).toEqual([]);
  });

  test("messages of 1 to 200 code points have the same length, private or not", async () => {
    const stream = new PrivateStream();
    const a = await stream.join(ada);
    const codec = await codecOf(ada);
    const lengths = new Set<number>();
    const publish = async (body: Uint8Array) => void lengths.add(body.length);
    const everybody = new ChatStore({ selfId: ada, peerId: null, nameOf: () => "", codec, publish });
    for (let count = 1; count <= 200; count++) {
      await a.with(ben).send("🦉".repeat(count));
      await everybody.send("🦉".repeat(count));
    }
    for (const { body } of stream.stored) lengths.add(body.length);
    expect([...lengths]).toEqual([16 + 41 + 1024 + 16]);
  });
});
