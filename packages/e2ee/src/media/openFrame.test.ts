import { beforeEach, expect, test } from "vitest";
import type { Bytes } from "../keys/encoding.ts";
import type { MediaCodec } from "./codecs/MediaCodec.ts";
import type { FrameOrigin } from "./frameMetadata.ts";
import { FrameSealer } from "./FrameSealer.ts";
import type { MediaSource } from "./MediaSource.ts";
import { openFrame } from "./openFrame.ts";
import { ReceiveKeys } from "./ReceiveKeys.ts";
import { decodeSframeHeader } from "./sframe/SframeHeader.ts";

const alice = "p_alice.AAAAAAAAAAAAAAAAAAAAAA";
const bob = "p_bob.AAAAAAAAAAAAAAAAAAAAAA";
const camera: FrameOrigin = { identity: alice, source: "camera" };
const deltaFrame = Uint8Array.of(0xb1, 1, 2, 3, 4, 5, 6, 7);

function baseKey(identity: string, epoch: number): Bytes {
  return new Uint8Array(32).fill(identity.length + epoch);
}

let sealer: FrameSealer;
let keys: ReceiveKeys;

beforeEach(async () => {
  sealer = new FrameSealer(alice);
  keys = new ReceiveKeys();
  await sealer.activate(0, baseKey(alice, 0));
  await keys.admit(alice, 0, baseKey(alice, 0));
  await keys.admit(bob, 0, baseKey(bob, 0));
});

async function seal(source: MediaSource = "camera", codec: MediaCodec = "vp8", frame = deltaFrame): Promise<Bytes> {
  const sealed = await sealer.seal(source, codec, frame);
  if (typeof sealed === "string") throw new Error(sealed);
  return sealed;
}

test("opens as what it was sealed as", async () => {
  expect(await openFrame(keys, camera, "vp8", await seal())).toEqual(deltaFrame);
});

test("as another source, person or codec it does not authenticate", async () => {
  const wire = await seal("camera", "vp9");
  expect(await openFrame(keys, { ...camera, source: "screen_share" }, "vp9", wire)).toBe("not_authentic");
  expect(await openFrame(keys, { ...camera, identity: bob }, "vp9", wire)).toBe("not_authentic");
  expect(await openFrame(keys, { ...camera, source: "microphone" }, "opus", wire)).toBe("not_authentic");
  expect(await openFrame(keys, camera, "vp9", wire)).toEqual(deltaFrame);
});

test("a person's name under another person's key does not help", async () => {
  await keys.admit(bob, 1, baseKey(alice, 0));
  await sealer.activate(1, baseKey(alice, 0));
  expect(await openFrame(keys, { ...camera, identity: bob }, "vp8", await seal())).toBe("not_authentic");
});

test("with any bit changed it does not open, be it in clear or not", async () => {
  const wire = await seal();
  for (let bit = 0; bit < wire.length * 8; bit++) {
    const changed = wire.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(typeof (await openFrame(keys, camera, "vp8", changed))).toBe("string");
  }
  for (let length = 0; length < wire.length; length++) {
    expect(typeof (await openFrame(keys, camera, "vp8", wire.slice(0, length)))).toBe("string");
  }
  expect(await openFrame(keys, camera, "vp8", wire)).toEqual(deltaFrame);
});

test("an unsealed frame does not open", async () => {
  expect(typeof (await openFrame(keys, camera, "vp8", deltaFrame))).toBe("string");
});

test("opens once, in any order", async () => {
  const wires = [await seal(), await seal(), await seal()];
  for (const index of [2, 0, 1]) expect(await openFrame(keys, camera, "vp8", wires[index]!)).toEqual(deltaFrame);
  for (const wire of wires) expect(await openFrame(keys, camera, "vp8", wire)).toBe("replayed");
});

test("two at the same time open once", async () => {
  const wire = await seal();
  const outcomes = await Promise.all([openFrame(keys, camera, "vp8", wire), openFrame(keys, camera, "vp8", wire)]);
  expect(outcomes.filter((outcome) => outcome === "replayed")).toHaveLength(1);
});

test("is a replay too when it comes after more than 1024 later ones", async () => {
  const late = await seal();
  for (let count = 0; count < 1024; count++) await seal("microphone", "opus");
  expect(await openFrame(keys, camera, "vp8", await seal())).toEqual(deltaFrame);
  expect(await openFrame(keys, camera, "vp8", late)).toBe("replayed");
});

test("no counter is used twice, whatever seals at the same time and across epochs", async () => {
  const seen = new Set<bigint>();
  for (const epoch of [0, 1, 2]) {
    await sealer.activate(epoch, baseKey(alice, epoch));
    const wires = await Promise.all(
      (["camera", "microphone", "screen_share", "camera"] as const).map((source) =>
        seal(source, source === "microphone" ? "opus" : "vp9"),
      ),
    );
    for (const wire of wires) seen.add(decodeSframeHeader(wire)!.ctr);
  }
  expect(seen.size).toBe(12);
});

test("before the own key nothing is sealed", async () => {
  expect(await new FrameSealer(alice).seal("camera", "vp8", deltaFrame)).toBe("no_key");
});

test("an older epoch does not come back", async () => {
  await sealer.activate(5, baseKey(alice, 5));
  await sealer.activate(4, baseKey(alice, 4));
  expect(decodeSframeHeader(await seal("camera", "vp9"))?.kid).toBe(6n);
});

test("a new epoch opens beside the old one until that is retired", async () => {
  const old = [await seal(), await seal()];
  await sealer.activate(1, baseKey(alice, 1));
  const early = await seal();
  expect(await openFrame(keys, camera, "vp8", early)).toBe("no_key");
  await keys.admit(alice, 1, baseKey(alice, 1));
  expect(await openFrame(keys, camera, "vp8", early)).toEqual(deltaFrame);
  expect(await openFrame(keys, camera, "vp8", old[0]!)).toEqual(deltaFrame);
  keys.retireBefore(1);
  expect(await openFrame(keys, camera, "vp8", old[1]!)).toBe("no_key");
  await keys.admit(alice, 0, baseKey(alice, 0));
  expect(await openFrame(keys, camera, "vp8", old[1]!)).toBe("no_key");
});

test("the slot of an epoch 255 later is taken over", async () => {
  await keys.admit(alice, 255, baseKey(alice, 255));
  expect(await openFrame(keys, camera, "vp8", await seal())).toBe("not_authentic");
  await keys.admit(alice, 0, baseKey(alice, 0));
  expect(await openFrame(keys, camera, "vp8", await seal())).toBe("not_authentic");
});

test("expelled: nothing opens; admitted again: what was seen stays seen", async () => {
  const wire = await seal();
  expect(await openFrame(keys, camera, "vp8", wire)).toEqual(deltaFrame);
  keys.expel(alice);
  expect(await openFrame(keys, camera, "vp8", await seal())).toBe("no_key");
  await keys.admit(alice, 0, baseKey(alice, 0));
  expect(await openFrame(keys, camera, "vp8", wire)).toBe("replayed");
  expect(await openFrame(keys, camera, "vp8", await seal())).toEqual(deltaFrame);
});

test("expelled while a frame is being opened: it does not come out", async () => {
  const opening = openFrame(keys, camera, "vp8", await seal());
  keys.expel(alice);
  expect(await opening).toBe("no_key");
});
