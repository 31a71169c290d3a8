import { SessionKeys } from "@sotto/e2ee";
import { reactions } from "@sotto/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encryptedCodec, type MessageCodec } from "../chat/MessageCodec.ts";
import { reactionShownMs, ReactionStore } from "../reactions/ReactionStore.ts";
import { TypingStore } from "../typing/TypingStore.ts";
import { EphemeralMessages, type EphemeralMessage } from "./EphemeralMessages.ts";

const ada = "p_AAAAAAAAAAAAAAAA";
const ben = "p_BBBBBBBBBBBBBBBB";

async function codecOf(participantId: string): Promise<MessageCodec> {
  const keys = await SessionKeys.forServerKey({
    sessionId: "AAAAAAAAAAAAAAAAAAAAAA",
    root: new Uint8Array(32).fill(7),
    epochs: [{ epoch: 0, secret: new Uint8Array(32).fill(9) }],
    self: { participantId, senderNonce: crypto.getRandomValues(new Uint8Array(16)) },
  });
  return encryptedCodec(keys, () => Promise.resolve());
}

async function person(selfId: string) {
  const codec = await codecOf(selfId);
  const sent: EphemeralMessage[] = [];
  const messages = new EphemeralMessages({
    codec: () => codec,
    publish: (channel, body) => void sent.push({ participantId: selfId, channel, body }),
  });
  return { messages, sent, reactions: new ReactionStore(selfId, messages), typing: new TypingStore(messages) };
}

/** WebCrypto answers outside of fake time. */
const real = { waitFor: <T>(look: () => T) => vi.waitFor(look, { interval: 1 }) };

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => vi.useRealTimers());

describe("reactions", () => {
  test("are seen by everybody for four seconds, our own at once", async () => {
    const [a, b] = await Promise.all([person(ada), person(ben)]);
    expect(a.reactions.send("clap")).toBe(true);
    expect(a.reactions.get()).toMatchObject([{ participantId: ada, reaction: "clap" }]);
    await real.waitFor(() => expect(a.sent).toHaveLength(1));
    b.messages.receive(a.sent[0]!);
    await real.waitFor(() => expect(b.reactions.get()).toMatchObject([{ participantId: ada, reaction: "clap" }]));
    vi.advanceTimersByTime(reactionShownMs);
    expect([a.reactions.get(), b.reactions.get()]).toEqual([[], []]);
  });

  test("all look the same on the wire, and like typing", async () => {
    const a = await person(ada);
    for (const reaction of reactions) a.reactions.send(reaction);
    a.typing.type();
    a.typing.stop();
    await real.waitFor(() => expect(a.sent).toHaveLength(reactions.length + 2));
    expect(new Set(a.sent.map(({ body }) => body.length))).toEqual(new Set([41 + 256 + 16]));
  });

  test("replayed, forged, rerouted, malformed and oversized ones are dropped and counted, nothing else happens", async () => {
    const [a, b] = await Promise.all([person(ada), person(ben)]);
    a.reactions.send("heart");
    await real.waitFor(() => expect(a.sent).toHaveLength(1));
    const [genuine] = a.sent;
    const codec = await codecOf(ada);
    const seal = async (channel: "reactions" | "typing", to: string, json: string) => ({
      participantId: ada,
      channel,
      body: await codec.seal(channel, to, new TextEncoder().encode(json)),
    });
    const heart = '{"reaction":"heart"}';
    b.messages.receive(genuine!);
    b.messages.receive(genuine!); // replayed
    b.messages.receive({ ...genuine!, participantId: ben }); // as somebody else
    b.messages.receive({ ...genuine!, channel: "typing" }); // into another channel
    b.messages.receive({ ...genuine!, channel: "chat" }); // into one that is none
    b.messages.receive({ ...genuine!, body: new Uint8Array([0, ...new TextEncoder().encode(heart)]) }); // in clear
    b.messages.receive(await seal("reactions", ben, heart)); // a private one
    b.messages.receive(await seal("reactions", "", '{"reaction":"<img>"}'));
    b.messages.receive(await seal("reactions", "", heart + " ".repeat(300)));
    b.messages.receive(await seal("reactions", "", heart)); // genuine again
    await real.waitFor(() => expect([b.reactions.get().length, b.messages.dropped.get()]).toEqual([2, 8]));
    expect(b.typing.get()).toEqual([]);
  });

  test("are sent ten at once and four a second, and five of one person are seen at a time", async () => {
    const a = await person(ada);
    const results = Array.from({ length: 12 }, () => a.reactions.send("wow"));
    expect(results.filter(Boolean)).toHaveLength(10);
    expect(a.reactions.get()).toHaveLength(5);
    vi.advanceTimersByTime(500);
    expect([a.reactions.send("wow"), a.reactions.send("wow"), a.reactions.send("wow")]).toEqual([true, true, false]);
    await real.waitFor(() => expect(a.sent).toHaveLength(12));
  });

  test("of a flood only so many wait to be opened", async () => {
    const [a, b] = await Promise.all([person(ada), person(ben)]);
    a.reactions.send("sad");
    await real.waitFor(() => expect(a.sent).toHaveLength(1));
    for (let index = 0; index < 1_000; index++) b.messages.receive(a.sent[0]!);
    expect(b.messages.dropped.get()).toBe(1_000 - 256);
    await real.waitFor(() => expect(b.messages.dropped.get()).toBe(999));
  });
});

describe("typing", () => {
  test("is said every three seconds, forgotten after five, and over at once when it stops", async () => {
    const [a, b] = await Promise.all([person(ada), person(ben)]);
    for (let key = 0; key < 20; key++) {
      a.typing.type();
      vi.advanceTimersByTime(200);
    }
    await real.waitFor(() => expect(a.sent).toHaveLength(2));
    b.messages.receive(a.sent[0]!);
    await real.waitFor(() => expect(b.typing.get()).toEqual([ada]));
    vi.advanceTimersByTime(4_000);
    b.messages.receive(a.sent[1]!);
    await real.waitFor(() => expect(b.messages.dropped.get()).toBe(0));
    a.typing.stop();
    a.typing.stop();
    await real.waitFor(() => expect(a.sent).toHaveLength(3));
    b.messages.receive(a.sent[2]!);
    await real.waitFor(() => expect(b.typing.get()).toEqual([]));
    a.typing.type();
    await real.waitFor(() => expect(a.sent).toHaveLength(4));
    b.messages.receive(a.sent[3]!);
    await real.waitFor(() => expect(b.typing.get()).toEqual([ada]));
    vi.advanceTimersByTime(5_000);
    expect(b.typing.get()).toEqual([]);
  });
});
