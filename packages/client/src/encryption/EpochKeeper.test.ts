import { messageEpoch, SessionKeys } from "@sotto/e2ee";
import type { EpochsResult } from "@sotto/protocol";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { encryptedCodec } from "../chat/MessageCodec.ts";
import { SottoError } from "../SottoError.ts";
import { EpochKeeper } from "./EpochKeeper.ts";

const sessionId = "AAAAAAAAAAAAAAAAAAAAAA";
const alice = "p_AAAAAAAAAAAAAAAA";
const bob = "p_BBBBBBBBBBBBBBBB";
const secretOf = (epoch: number) => Buffer.alloc(32, 1 + (epoch % 250));
const given = (epoch: number) => ({ epoch, secret: secretOf(epoch).toString("base64url") });

function keysOf(participantId: string, ...epochs: number[]): Promise<SessionKeys> {
  return SessionKeys.forServerKey({
    sessionId,
    root: new Uint8Array(32),
    epochs: epochs.map((epoch) => ({ epoch, secret: secretOf(epoch) })),
    self: { participantId, senderNonce: crypto.getRandomValues(new Uint8Array(16)) },
  });
}

/** A keeper of Alice's keys with a server that answers what `server` says, or nothing while it is null. */
async function start(...epochs: number[]) {
  const keys = await keysOf(alice, ...epochs);
  const keeper = new EpochKeeper(keys);
  const seen = {
    isUp: true,
    server: null as EpochsResult | null,
    fetches: 0,
    staged: [] as number[],
    activated: [] as number[],
  };
  keeper.connect({
    whenUp: async () => {
      if (!seen.isUp) throw SottoError.notConnected();
    },
    fetch() {
      seen.fetches++;
      if (!seen.isUp) return Promise.reject(SottoError.notConnected());
      return seen.server ? Promise.resolve(seen.server) : Promise.reject(new Error("not connected"));
    },
    acknowledge: async (epoch) => void seen.staged.push(epoch),
    onActivated: (epoch) => void seen.activated.push(epoch),
  });
  onTestFinished(() => {
    keeper.dispose();
    keys.dispose();
  });
  return { keys, keeper, seen };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());
/** Lets what does not wait for the clock finish, WebCrypto included. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};
const pass = async (ms: number) => {
  await settle();
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
};

describe("a staged epoch", () => {
  test("is acknowledged, and sent under when the server says so", async () => {
    const { keys, keeper, seen } = await start(0);
    keeper.stage(given(1));
    await pass(0);
    expect([seen.staged, keys.newestEpoch, keys.currentEpoch]).toEqual([[1], 1, 0]);
    keeper.activate(1);
    await pass(0);
    expect([seen.activated, keys.currentEpoch]).toEqual([[1], 1]);
  });

  test("is waited for by what is to be sent, after a connection that missed it", async () => {
    const { keys, keeper, seen } = await start(0);
    seen.server = { epochs: [given(1)], current: 1 };
    const codec = encryptedCodec(
      keys,
      (epoch) => keeper.obtain(epoch),
      () => keeper.prepareToSend(),
    );
    seen.isUp = false;
    await expect(codec.seal("chat", "", new Uint8Array(1))).rejects.toMatchObject({ code: "not_connected" });
    seen.isUp = true;
    void keeper.heal();
    const sealed = await codec.seal("chat", "", new Uint8Array(1));
    expect(messageEpoch(sealed)).toBe(1);
    // What was not sealed while there was no connection has no number that somebody would miss.
    const bobs = await keysOf(bob, 1);
    expect(await bobs.openMessage({ from: alice, channel: "chat", to: "", wire: sealed })).toMatchObject({ gap: 0 });
    expect(new DataView(sealed.buffer, sealed.byteOffset).getBigUint64(21)).toBe(0n);
  });

  test("is sent under after 1.5 s without news", async () => {
    const { keys, keeper, seen } = await start(0);
    keeper.stage(given(1));
    await pass(1_490);
    expect(keys.currentEpoch).toBe(0);
    await pass(20);
    expect([seen.activated, keys.currentEpoch]).toEqual([[1], 1]);
  });

  test("is acknowledged again when a node that took over asks again, and its key stays", async () => {
    const { keys, keeper, seen } = await start(0);
    keeper.stage(given(1));
    keeper.stage({ epoch: 1, secret: given(9).secret });
    await pass(0);
    expect(seen.staged).toEqual([1, 1]);
    const other = await keysOf(bob, 1);
    const nonce = new Uint8Array(16);
    expect(await keys.mediaBaseKey(bob, nonce, 1)).toEqual(await other.mediaBaseKey(bob, nonce, 1));
  });

  test("may be followed by the next before it is sent under", async () => {
    const { keys, keeper, seen } = await start(0);
    for (const epoch of [1, 2, 3]) keeper.stage(given(epoch));
    keeper.activate(3);
    keeper.activate(2);
    await pass(2_000);
    expect([seen.staged, seen.activated, keys.currentEpoch]).toEqual([[1, 2, 3], [3], 3]);
  });
});

test("an epoch that was rolled back is neither staged nor acknowledged nor sent under", async () => {
  const { keys, keeper, seen } = await start(2, 5);
  keeper.stage(given(4));
  keeper.activate(4);
  seen.server = { epochs: [given(3), given(4)], current: 4 };
  await keeper.heal();
  await pass(2_000);
  expect([seen.staged, seen.activated, keys.epochs, keys.currentEpoch]).toEqual([[], [], [2, 5], 5]);
});

test("a jump of more than 128 epochs starts afresh at once, and what is older does not come back", async () => {
  const { keys, keeper, seen } = await start(0);
  keeper.stage(given(200));
  await pass(0);
  seen.server = { epochs: [given(150), given(200)], current: 200 };
  await pass(10_000);
  expect(seen.fetches).toBe(2);
  expect([seen.staged, seen.activated, keys.epochs, keys.currentEpoch]).toEqual([[200], [200], [200], 200]);
});

describe("a lost key message", () => {
  test("heals when everybody sends under it", async () => {
    const { keys, keeper, seen } = await start(0);
    seen.server = { epochs: [given(0), given(1)], current: 1 };
    keeper.activate(1);
    await pass(0);
    expect([seen.fetches, seen.activated, keys.currentEpoch]).toEqual([1, [1], 1]);
  });

  test("heals when the next one comes", async () => {
    const { keys, keeper, seen } = await start(0);
    seen.server = { epochs: [given(0), given(1), given(2)], current: 1 };
    keeper.stage(given(2));
    await pass(0);
    expect([keys.epochs, keys.currentEpoch, seen.activated]).toEqual([[0, 1, 2], 1, [1]]);
    expect(seen.staged).toContain(2);
  });

  test("does not keep the next one from being used when the server does not answer", async () => {
    const { keys, keeper, seen } = await start(0);
    keeper.stage(given(2));
    await pass(0);
    expect([keys.epochs, seen.staged]).toEqual([[0, 2], [2]]);
  });

  test("is asked for again until the server answers", async () => {
    const { keys, keeper, seen } = await start(0);
    keeper.activate(1);
    await pass(0);
    expect([seen.fetches, keys.currentEpoch]).toEqual([1, 0]);
    seen.server = { epochs: [given(0), given(1)], current: 1 };
    await pass(2_000);
    expect([seen.fetches, keys.currentEpoch]).toEqual([2, 1]);
  });

  test("keeps a message waiting until it has healed", async () => {
    const { keys, keeper, seen } = await start(0);
    const wire = await (await keysOf(bob, 1)).sealMessage({ channel: "chat", to: "", body: Buffer.from("hi") });
    const opened = encryptedCodec(keys, (epoch) => keeper.obtain(epoch)).open(bob, "chat", "", wire);
    await pass(1_000);
    seen.server = { epochs: [given(0), given(1)], current: 1 };
    void keeper.heal(); // as after a connect
    expect(Buffer.from((await opened).body).toString()).toBe("hi");
  });

  test("is filled in when the next one came before it: what was said under it opens", async () => {
    const { keys, keeper, seen } = await start(0);
    const codec = encryptedCodec(keys, (epoch) => keeper.obtain(epoch));
    const bobs = await keysOf(bob, 1);
    const say = (text: string) => bobs.sealMessage({ channel: "chat", to: "", body: Buffer.from(text) });
    const [first, second] = [await say("one"), await say("two")];
    keeper.stage(given(2)); // nobody can be asked for the first one yet
    await pass(0);
    expect(keys.epochs).toEqual([0, 2]);
    const open = async (wire: Uint8Array) => Buffer.from((await codec.open(bob, "chat", "", wire)).body).toString();
    const opening = open(first);
    seen.server = { epochs: [given(0), given(1), given(2)], current: 1 };
    void keeper.heal(); // as after a connect
    await pass(0);
    expect([await opening, await open(second)]).toEqual(["one", "two"]);
    expect([keys.epochs, keys.currentEpoch, seen.activated]).toEqual([[0, 1, 2], 1, [1]]);
    await pass(2_000);
    expect([keys.currentEpoch, seen.activated]).toEqual([2, [1, 2]]);
  });

  test("is not asked for again for every message, when the server has said that it is not ours", async () => {
    const { keys, keeper, seen } = await start(0, 3);
    seen.server = { epochs: [given(0), given(3)], current: 3 };
    const codec = encryptedCodec(keys, (epoch) => keeper.obtain(epoch));
    const wire = await (await keysOf(bob, 2)).sealMessage({ channel: "chat", to: "", body: Buffer.from("hi") });
    for (let count = 0; count < 3; count++) {
      await expect(codec.open(bob, "chat", "", wire)).rejects.toMatchObject({ code: "epoch_unknown" });
    }
    expect(seen.fetches).toBe(0);
  });

  test("keeps a message waiting as long as there is no connection to ask over", async () => {
    const { keys, keeper, seen } = await start(0);
    seen.isUp = false;
    const wire = await (await keysOf(bob, 1)).sealMessage({ channel: "chat", to: "", body: Buffer.from("hi") });
    const opened = encryptedCodec(keys, (epoch) => keeper.obtain(epoch)).open(bob, "chat", "", wire);
    for (let seconds = 0; seconds < 60; seconds++) await pass(1_000);
    seen.isUp = true;
    seen.server = { epochs: [given(0), given(1)], current: 1 };
    void keeper.heal();
    await pass(0);
    expect(Buffer.from((await opened).body).toString()).toBe("hi");
  });

  test("keeps a message waiting no longer than the server needs to say that there is none", async () => {
    const { keys, keeper, seen } = await start(0);
    seen.server = { epochs: [given(0)], current: 0 };
    const wire = await (await keysOf(bob, 9)).sealMessage({ channel: "chat", to: "", body: Buffer.from("hi") });
    const open = () => encryptedCodec(keys, (epoch) => keeper.obtain(epoch)).open(bob, "chat", "", wire);
    await expect(open()).rejects.toMatchObject({ code: "epoch_unknown" });
    seen.server = null;
    const [outcome] = await Promise.all([open().catch((error: unknown) => error), pass(15_000)]);
    expect(outcome).toMatchObject({ code: "epoch_unknown" });
  });
});

test("nothing happens after the seat was given up", async () => {
  const { keys, keeper, seen } = await start(0);
  keeper.stage(given(1));
  await pass(0);
  keeper.dispose();
  keeper.stage(given(2));
  keeper.activate(1);
  await pass(5_000);
  expect([keys.currentEpoch, keys.epochs, seen.activated]).toEqual([0, [0, 1], []]);
});
