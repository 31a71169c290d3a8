import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { E2eeError, type E2eeErrorCode } from "../E2eeError.ts";
import type { Channel } from "../messages/channels.ts";
import { messageEpoch } from "../messages/MessageHeader.ts";
import { SessionKeys } from "./SessionKeys.ts";

const sessionId = "AAECAwQFBgcICQoLDA0ODw";
const otherSessionId = "AAECAwQFBgcICQoLDA0OEA";
const root = new Uint8Array(32).fill(1);
const secretOf = (epoch: number): Uint8Array => new Uint8Array(32).fill(100 + (epoch % 100));
const epochs = (...list: number[]): { epoch: number; secret: Uint8Array }[] =>
  list.map((epoch) => ({ epoch, secret: secretOf(epoch) }));
const page = (participantId: string, nonce: number): { participantId: string; senderNonce: Uint8Array } => ({
  participantId,
  senderNonce: new Uint8Array(16).fill(nonce),
});
const alice = page("p_alice", 1);
const bob = page("p_bob", 2);

const keysOf = (self: typeof alice, ...list: number[]): Promise<SessionKeys> =>
  SessionKeys.forServerKey({ sessionId, root, epochs: epochs(...(list.length > 0 ? list : [0])), self });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (body: Uint8Array): string => new TextDecoder().decode(body);
const say = (keys: SessionKeys, body: string, channel: Channel = "chat", to = ""): Promise<Uint8Array> =>
  keys.sealMessage({ channel, to, body: bytes(body) });
const refusal = (code: E2eeErrorCode): object => expect.objectContaining({ name: "E2eeError", code }) as object;

describe("a message", () => {
  test("is read by the others, by oneself and by one's later page, whose nonce is another", async () => {
    const wire = await say(await keysOf(alice), "hello");
    for (const reader of [bob, alice, page("p_alice", 9)]) {
      const opened = await (await keysOf(reader)).openMessage({ from: "p_alice", channel: "chat", to: "", wire });
      expect(text(opened.body)).toBe("hello");
      expect(opened).toMatchObject({ epoch: 0, counter: 0n, gap: 0, senderNonce: alice.senderNonce });
    }
  });

  test("comes back as it was, whatever it is", async () => {
    const [sender, reader] = await Promise.all([keysOf(alice), keysOf(bob)]);
    const channels: Channel[] = [
      "chat",
      "reactions",
      "typing",
      "whiteboard",
      "cursors",
      "notes",
      "control",
      "captions",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom(...channels),
        fc.constantFrom("", "p_bob"),
        async (body, channel, to) => {
          const wire = await sender.sealMessage({ channel, to, body });
          expect(new Uint8Array((await reader.openMessage({ from: "p_alice", channel, to, wire })).body)).toEqual(body);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("is as long with 1 as with 200 code points", async () => {
    const keys = await keysOf(alice);
    const lengths = new Set<number>();
    for (let count = 1; count <= 200; count++) {
      for (const character of ["a", "é", "語", "😀"]) lengths.add((await say(keys, character.repeat(count))).length);
    }
    expect([...lengths]).toEqual([41 + 1024 + 16]);
  });

  test("never has the same bytes twice", async () => {
    const keys = await keysOf(alice);
    const [first, second] = [await say(keys, "again"), await say(keys, "again")];
    expect(first.subarray(41)).not.toEqual(second.subarray(41));
    expect(first.subarray(29, 41)).not.toEqual(second.subarray(29, 41));
  });

  test("is sealed as it was when it was given", async () => {
    const body = bytes("before");
    const sealing = (await keysOf(alice)).sealMessage({ channel: "chat", to: "", body });
    body.fill(0);
    const opened = (await keysOf(bob)).openMessage({ from: "p_alice", channel: "chat", to: "", wire: await sealing });
    expect(text((await opened).body)).toBe("before");
  });
});

describe("what is refused", () => {
  let wire: Uint8Array;
  let reader: SessionKeys;
  const asSent = { from: "p_alice", channel: "chat", to: "" } as const;

  beforeAll(async () => {
    wire = await say(await keysOf(alice, 0, 1), "hello");
    reader = await keysOf(bob, 0, 1);
  });

  test("every single changed byte", async () => {
    for (let index = 0; index < wire.length; index++) {
      const changed = wire.with(index, (wire[index] ?? 0) ^ (1 << (index % 8)));
      await expect(reader.openMessage({ ...asSent, wire: changed }), `byte ${index}`).rejects.toThrow(E2eeError);
    }
  });

  test.each<[field: string, index: number, code: E2eeErrorCode]>([
    ["version", 0, "version_unknown"],
    ["epoch, to one that is not known", 1, "epoch_unknown"],
    ["epoch, to one that is known", 4, "not_authentic"],
    ["sender nonce", 5, "not_authentic"],
    ["counter", 28, "not_authentic"],
    ["IV", 29, "not_authentic"],
    ["ciphertext", 41, "not_authentic"],
    ["padding", 1000, "not_authentic"],
    ["tag", 1080, "not_authentic"],
  ])("a changed %s", async (_field, index, code) => {
    const changed = wire.with(index, (wire[index] ?? 0) ^ 1);
    await expect(reader.openMessage({ ...asSent, wire: changed })).rejects.toEqual(refusal(code));
  });

  test("every truncation and extension", async () => {
    for (let length = 0; length < wire.length; length++) {
      await expect(
        reader.openMessage({ ...asSent, wire: wire.subarray(0, length) }),
        `${length} bytes`,
      ).rejects.toThrow(E2eeError);
    }
    for (const more of [1, 16, 256, 1024]) {
      const longer = new Uint8Array(wire.length + more);
      longer.set(wire);
      await expect(reader.openMessage({ ...asSent, wire: longer })).rejects.toEqual(refusal("not_authentic"));
    }
  });

  test("reordered blocks", async () => {
    const swapped = new Uint8Array(wire);
    swapped.set(wire.subarray(57, 73), 41);
    swapped.set(wire.subarray(41, 57), 57);
    await expect(reader.openMessage({ ...asSent, wire: swapped })).rejects.toEqual(refusal("not_authentic"));
  });

  test.each([
    ["to another sender", { from: "p_carol" }],
    ["to the reader itself", { from: "p_bob" }],
    ["to another channel with the same key", { channel: "reactions" }],
    ["to another channel", { channel: "control" }],
    ["from everybody to one", { to: "p_bob" }],
  ] as const)("a message moved %s", async (_where, change) => {
    await expect(reader.openMessage({ ...asSent, ...change, wire })).rejects.toEqual(refusal("not_authentic"));
  });

  test("a private message shown to everybody or to somebody else", async () => {
    const direct = await say(await keysOf(alice), "psst", "chat", "p_bob");
    for (const to of ["", "p_carol"]) {
      await expect(reader.openMessage({ ...asSent, to, wire: direct })).rejects.toEqual(refusal("not_authentic"));
    }
    expect(text((await reader.openMessage({ ...asSent, to: "p_bob", wire: direct })).body)).toBe("psst");
  });

  test("a message of another session, even with the same root and secret", async () => {
    const other = { sessionId: otherSessionId, root, epochs: epochs(0), self: alice };
    const foreign = await say(await SessionKeys.forServerKey(other), "hello");
    await expect(reader.openMessage({ ...asSent, wire: foreign })).rejects.toEqual(refusal("not_authentic"));
  });

  test("a message of the other key model", async () => {
    const foreign = await say(await SessionKeys.forPassphrase({ sessionId, root, epoch: 0, self: alice }), "hello");
    await expect(reader.openMessage({ ...asSent, wire: foreign })).rejects.toEqual(refusal("not_authentic"));
  });

  test("names that no subject can hold", async () => {
    const keys = await keysOf(alice, 0, 1);
    const channel = "toString" as Channel;
    await expect(say(keys, "x", channel)).rejects.toEqual(refusal("input_invalid"));
    await expect(say(keys, "x", "chat", "p.bob")).rejects.toEqual(refusal("input_invalid"));
    await expect(keys.openMessage({ from: "", channel: "chat", to: "", wire })).rejects.toEqual(
      refusal("input_invalid"),
    );
  });
});

describe("replay and order", () => {
  test("each message opens once, and a forged one does not use its place up", async () => {
    const reader = await keysOf(bob);
    const wire = await say(await keysOf(alice), "once");
    const message = { from: "p_alice", channel: "chat", to: "", wire } as const;
    const forged = { ...message, wire: wire.with(100, (wire[100] ?? 0) ^ 1) };
    await expect(reader.openMessage(forged)).rejects.toEqual(refusal("not_authentic"));
    const both = await Promise.allSettled([reader.openMessage(message), reader.openMessage(message)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await expect(reader.openMessage(message)).rejects.toEqual(refusal("replayed"));
  });

  test("a gap is told, late ones are taken, those too far behind are not", async () => {
    const [sender, reader] = await Promise.all([keysOf(alice), keysOf(bob)]);
    const wires: Uint8Array[] = [];
    for (let count = 0; count < 1030; count++) wires.push(await say(sender, String(count)));
    const open = async (index: number): Promise<number> => {
      const wire = wires[index] ?? new Uint8Array();
      return (await reader.openMessage({ from: "p_alice", channel: "chat", to: "", wire })).gap;
    };
    expect(await open(0)).toBe(0);
    expect(await open(1)).toBe(0);
    expect(await open(4)).toBe(2);
    expect(await open(3)).toBe(0);
    expect(await open(1029)).toBe(1024);
    expect(await open(5)).toBe(0);
    await expect(open(2)).rejects.toEqual(refusal("replayed"));
  });

  test("counters run per channel, recipient and page, and on across epochs", async () => {
    const [sender, laterPage, reader] = await Promise.all([keysOf(alice), keysOf(page("p_alice", 7)), keysOf(bob)]);
    for (const keys of [sender, laterPage, reader]) await keys.addEpoch({ epoch: 1, secret: secretOf(1) });
    const counter = async (keys: SessionKeys, channel: Channel, to: string): Promise<[bigint, number]> => {
      const wire = await say(keys, "x", channel, to);
      const opened = await reader.openMessage({ from: "p_alice", channel, to, wire });
      return [opened.counter, opened.epoch];
    };
    expect(await counter(sender, "chat", "")).toEqual([0n, 0]);
    expect(await counter(sender, "chat", "p_bob")).toEqual([0n, 0]);
    expect(await counter(sender, "reactions", "")).toEqual([0n, 0]);
    expect(await counter(laterPage, "chat", "")).toEqual([0n, 0]);
    sender.activateEpoch(1);
    expect(await counter(sender, "chat", "")).toEqual([1n, 1]);
  });
});

test("somebody who takes another's nonce neither reads as her nor uses her counters up", async () => {
  const mallory = { participantId: "p_mallory", senderNonce: alice.senderNonce };
  const [sender, thief, reader] = await Promise.all([keysOf(alice), keysOf(mallory), keysOf(bob)]);
  const stolen = await say(thief, "mine");
  await expect(reader.openMessage({ from: "p_alice", channel: "chat", to: "", wire: stolen })).rejects.toEqual(
    refusal("not_authentic"),
  );
  expect(text((await reader.openMessage({ from: "p_mallory", channel: "chat", to: "", wire: stolen })).body)).toBe(
    "mine",
  );
  const wire = await say(sender, "hers");
  expect(text((await reader.openMessage({ from: "p_alice", channel: "chat", to: "", wire })).body)).toBe("hers");
});

describe("epochs", () => {
  test("a staged epoch opens messages, and seals none before it is activated", async () => {
    const [sender, reader] = await Promise.all([keysOf(alice), keysOf(bob)]);
    await sender.addEpoch({ epoch: 1, secret: secretOf(1) });
    await reader.addEpoch({ epoch: 1, secret: secretOf(1) });
    sender.activateEpoch(1);
    expect([sender.currentEpoch, reader.currentEpoch]).toEqual([1, 0]);
    const wire = await say(sender, "new");
    expect((await reader.openMessage({ from: "p_alice", channel: "chat", to: "", wire })).epoch).toBe(1);
  });

  test("somebody who has the root but not the epoch's secret reads nothing of it", async () => {
    const wire = await say(await keysOf(alice, 0, 1), "after she left");
    const message = { from: "p_alice", channel: "chat", to: "", wire } as const;
    await expect((await keysOf(bob, 0)).openMessage(message)).rejects.toEqual(refusal("epoch_unknown"));
    const guessed = await SessionKeys.forServerKey({
      sessionId,
      root,
      epochs: [{ epoch: 1, secret: secretOf(0) }],
      self: bob,
    });
    await expect(guessed.openMessage(message)).rejects.toEqual(refusal("not_authentic"));
  });

  test("roll-back and repetition are refused", async () => {
    const keys = await keysOf(alice, 3, 5);
    for (const epoch of [0, 3, 4, 5]) {
      await expect(keys.addEpoch({ epoch, secret: secretOf(epoch) })).rejects.toEqual(refusal("epoch_rolled_back"));
    }
    expect(() => keys.activateEpoch(3)).toThrow(refusal("epoch_rolled_back"));
    expect(() => keys.activateEpoch(6)).toThrow(refusal("epoch_unknown"));
    await expect(keysOf(alice, 2, 1)).rejects.toEqual(refusal("epoch_rolled_back"));
    expect(keys.currentEpoch).toBe(5);
  });

  test("an epoch that was missed between two opens what was sent under it, and is never sent under", async () => {
    const keys = await keysOf(alice, 2, 3);
    await keys.addEpoch({ epoch: 6, secret: secretOf(6) });
    const missed = await say(await keysOf(bob, 4), "missed");
    const message = { from: "p_bob", channel: "chat", to: "", wire: missed } as const;
    await expect(keys.openMessage(message)).rejects.toEqual(refusal("epoch_unknown"));
    await keys.addMissedEpoch({ epoch: 4, secret: secretOf(4) });
    expect((await keys.openMessage(message)).epoch).toBe(4);
    expect([keys.epochs, keys.hasEpoch(4), keys.hasEpoch(5), keys.newestEpoch]).toEqual([[2, 3, 4, 6], true, false, 6]);
    expect([keys.currentEpoch, messageEpoch(await say(keys, "now"))]).toEqual([3, 3]);
    for (const epoch of [0, 1, 2, 4, 6, 7]) {
      const again = keys.addMissedEpoch({ epoch, secret: secretOf(epoch + 1) });
      await expect(again).rejects.toEqual(refusal("epoch_rolled_back"));
    }
    await expect(keys.addMissedEpoch({ epoch: 5, secret: secretOf(5).subarray(1) })).rejects.toEqual(
      refusal("input_invalid"),
    );
    keys.dispose();
    await expect(keys.addMissedEpoch({ epoch: 5, secret: secretOf(5) })).rejects.toEqual(refusal("disposed"));
  });

  test("two offers of one epoch at the same time: the first one counts", async () => {
    const keys = await keysOf(alice);
    const offers = [secretOf(1), secretOf(2)].map((secret) => keys.addEpoch({ epoch: 1, secret }));
    expect((await Promise.allSettled(offers)).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const expected = await (await keysOf(bob, 1)).mediaBaseKey("p_alice", alice.senderNonce, 1);
    expect(await keys.mediaBaseKey("p_alice", alice.senderNonce, 1)).toEqual(expected);
  });

  test("a step of 128 keeps the older epochs, one of 129 starts afresh", async () => {
    const keys = await keysOf(alice, 0);
    await keys.addEpoch({ epoch: 128, secret: secretOf(128) });
    expect(keys.currentEpoch).toBe(0);
    await keys.mediaBaseKey("p_bob", bob.senderNonce, 0);
    await keys.addEpoch({ epoch: 257, secret: secretOf(257) });
    expect(keys.currentEpoch).toBe(257);
    for (const epoch of [0, 128]) {
      await expect(keys.mediaBaseKey("p_bob", bob.senderNonce, epoch)).rejects.toEqual(refusal("epoch_unknown"));
    }
    await expect(keys.addEpoch({ epoch: 200, secret: secretOf(200) })).rejects.toEqual(refusal("epoch_rolled_back"));
  });
});

describe("inputs of another length or form", () => {
  const good = { sessionId, root, epochs: epochs(0), self: alice };

  test.each([
    ["session id", { sessionId: "short" }],
    ["session id with other characters", { sessionId: "AAECAwQFBgcICQoLDA0OD=" }],
    ["short root", { root: new Uint8Array(31) }],
    ["long root", { root: new Uint8Array(33) }],
    ["no epoch", { epochs: [] }],
    ["short secret", { epochs: [{ epoch: 0, secret: new Uint8Array(31) }] }],
    ["negative epoch", { epochs: [{ epoch: -1, secret: secretOf(0) }] }],
    ["broken epoch", { epochs: [{ epoch: 0.5, secret: secretOf(0) }] }],
    ["epoch that is no u32", { epochs: [{ epoch: 2 ** 32, secret: secretOf(0) }] }],
    ["nonce", { self: { participantId: "p_alice", senderNonce: new Uint8Array(15) } }],
    ["participant id", { self: { participantId: "p.alice", senderNonce: alice.senderNonce } }],
  ])("%s", async (_what, change) => {
    await expect(SessionKeys.forServerKey({ ...good, ...change })).rejects.toEqual(refusal("input_invalid"));
  });

  test("epoch secrets belong to server-key rooms, and only there", async () => {
    const serverKey = await keysOf(alice);
    const passphrase = await SessionKeys.forPassphrase({ sessionId, root, epoch: 0, self: alice });
    await expect(serverKey.addEpoch({ epoch: 1 })).rejects.toEqual(refusal("input_invalid"));
    await expect(passphrase.addEpoch({ epoch: 1, secret: secretOf(1) })).rejects.toEqual(refusal("input_invalid"));
    await passphrase.addEpoch({ epoch: 1 });
    passphrase.activateEpoch(1);
    expect(passphrase.currentEpoch).toBe(1);
  });

  test("a refused epoch leaves everything as it was", async () => {
    const keys = await keysOf(alice);
    await expect(keys.addEpoch({ epoch: 1, secret: new Uint8Array(3) })).rejects.toEqual(refusal("input_invalid"));
    await keys.addEpoch({ epoch: 1, secret: secretOf(1) });
    expect(keys.currentEpoch).toBe(0);
  });
});

describe("media keys", () => {
  test("differ by sender, page, epoch and session, and agree between members", async () => {
    const mine = await keysOf(alice, 0, 1);
    const theirs = await keysOf(bob, 0, 1);
    const elsewhere = await SessionKeys.forServerKey({
      sessionId: otherSessionId,
      root,
      epochs: epochs(0),
      self: alice,
    });
    const derived = await Promise.all([
      mine.mediaBaseKey("p_alice", alice.senderNonce, 0),
      mine.mediaBaseKey("p_alice", alice.senderNonce, 1),
      mine.mediaBaseKey("p_alice", bob.senderNonce, 0),
      mine.mediaBaseKey("p_bob", alice.senderNonce, 0),
      elsewhere.mediaBaseKey("p_alice", alice.senderNonce, 0),
    ]);
    expect(new Set(derived.map(String)).size).toBe(derived.length);
    expect(derived.every((key) => key.length === 32)).toBe(true);
    expect(await theirs.mediaBaseKey("p_alice", alice.senderNonce, 0)).toEqual(derived[0]);
    await expect(mine.mediaBaseKey("p_alice", new Uint8Array(15), 0)).rejects.toEqual(refusal("input_invalid"));
  });
});

describe("dispose", () => {
  test("nothing works afterwards, what is under way included", async () => {
    const keys = await keysOf(alice);
    const wire = await say(await keysOf(bob), "x");
    const underWay = [
      say(keys, "x"),
      keys.openMessage({ from: "p_bob", channel: "chat", to: "", wire }),
      keys.mediaBaseKey("p_bob", bob.senderNonce, 0),
      keys.addEpoch({ epoch: 1, secret: secretOf(1) }),
    ];
    keys.dispose();
    const failed = { status: "rejected", reason: refusal("disposed") };
    expect(await Promise.allSettled(underWay)).toEqual(underWay.map(() => failed));
    await expect(say(keys, "x")).rejects.toEqual(refusal("disposed"));
    expect(() => keys.activateEpoch(0)).toThrow(refusal("disposed"));
    keys.dispose();
  });

  test("the root is wiped", async () => {
    const keys = await keysOf(alice);
    const fill = vi.spyOn(Uint8Array.prototype, "fill");
    keys.dispose();
    const wiped: unknown[] = fill.mock.contexts;
    fill.mockRestore();
    expect(wiped).toEqual([new Uint8Array(32)]);
  });

  test("what was given in stays the caller's", async () => {
    const given = new Uint8Array(root);
    const secret = secretOf(0);
    const keys = await SessionKeys.forServerKey({
      sessionId,
      root: given,
      epochs: [{ epoch: 0, secret }],
      self: alice,
    });
    keys.dispose();
    expect([given, secret]).toEqual([root, secretOf(0)]);
  });
});
