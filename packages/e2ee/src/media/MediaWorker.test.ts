import { beforeEach, expect, test, vi } from "vitest";
import type { Bytes } from "../keys/encoding.ts";
import type { EncodedFrame } from "./encodedFrames.ts";
import { MediaWorker } from "./MediaWorker.ts";
import type { FromWorker, TransformOptions } from "./workerMessages.ts";

const alice = "p_alice.AAAAAAAAAAAAAAAAAAAAAA";
const bob = "p_bob.AAAAAAAAAAAAAAAAAAAAAA";
const ownKey = (): Bytes => new Uint8Array(32).fill(1);

/** A worker, and the ends of the streams that a browser would hold. */
class Harness {
  readonly posted: FromWorker[] = [];
  readonly worker = new MediaWorker((message) => this.posted.push(message));

  attach(options: TransformOptions): { feed: (frame: EncodedFrame) => Promise<void>; out: EncodedFrame[] } {
    const out: EncodedFrame[] = [];
    const { readable, writable } = new TransformStream<EncodedFrame, EncodedFrame>();
    const sink = new WritableStream<EncodedFrame>({ write: (made) => void out.push(made) });
    this.worker.handle({ kind: "transform", options, readable, writable: sink });
    const writer = writable.getWriter();
    return { out, feed: (given) => writer.write(given) };
  }
}

function frame(bytes: Uint8Array, mimeType: string | undefined = "audio/opus"): EncodedFrame {
  return { data: Uint8Array.from(bytes).buffer, getMetadata: () => (mimeType ? { mimeType } : {}) };
}

const plain = Uint8Array.of(0xf8, 1, 2, 3);
let sender: Harness;
let receiver: Harness;

beforeEach(() => {
  sender = new Harness();
  sender.worker.handle({ kind: "start", identity: alice });
  receiver = new Harness();
  receiver.worker.handle({ kind: "start", identity: bob });
  receiver.worker.handle({ kind: "admit", request: 1, identity: alice, epoch: 0, baseKey: ownKey() });
});

async function dropsOf(harness: Harness): Promise<Record<string, number>> {
  const request = 1000 + harness.posted.length;
  harness.worker.handle({ kind: "stats", request });
  const answer = await vi.waitUntil(() =>
    harness.posted.find((message) => message.kind === "done" && message.request === request),
  );
  const stats = answer.kind === "done" ? (answer.stats ?? []) : [];
  return Object.fromEntries(stats.flatMap(({ dropped }) => Object.entries(dropped)));
}

test("from sender to receiver, and nothing in clear between", async () => {
  sender.worker.handle({ kind: "activate", request: 1, epoch: 0, baseKey: ownKey() });
  const sending = sender.attach({ direction: "send", track: 1, source: "microphone", codec: "opus" });
  await sending.feed(frame(plain));
  await vi.waitUntil(() => sending.out.length === 1);
  const wire = new Uint8Array(sending.out[0]!.data);
  expect(wire.length).toBeGreaterThanOrEqual(plain.length + 16);
  expect(Buffer.from(wire).includes(Buffer.from(plain))).toBe(false);

  const receiving = receiver.attach({ direction: "receive", track: 1 });
  receiver.worker.handle({
    kind: "aim",
    track: 1,
    target: { identity: alice, source: "microphone", codec: "opus" },
  });
  await receiving.feed(frame(wire));
  await vi.waitUntil(() => receiving.out.length === 1);
  expect(new Uint8Array(receiving.out[0]!.data)).toEqual(plain);
  const states = receiver.posted.flatMap((message) => (message.kind === "state" ? [message.state] : []));
  expect(states).toEqual(["waiting", "ok"]);
});

test("before the key is here, and with a frame that nobody understands, nothing leaves; the stream goes on", async () => {
  const sending = sender.attach({ direction: "send", track: 1, source: "microphone", codec: "opus" });
  await sending.feed(frame(plain));
  expect(await dropsOf(sender)).toEqual({ no_key: 1 });
  sender.worker.handle({ kind: "activate", request: 1, epoch: 0, baseKey: ownKey() });
  await vi.waitUntil(() => sender.posted.some((message) => message.kind === "done" && message.request === 1));
  const broken = frame(plain);
  broken.getMetadata = () => {
    throw new Error("gone");
  };
  const stubborn = Object.defineProperty(frame(plain), "data", {
    get: () => plain.buffer,
    set: () => {
      throw new Error("read only");
    },
  });
  await sending.feed(broken);
  await sending.feed(stubborn);
  await sending.feed(frame(plain, "audio/red"));
  await sending.feed(frame(plain, "video/VP8"));
  await sending.feed(frame(new Uint8Array(0)));
  expect(sending.out).toHaveLength(0);
  await sending.feed(frame(plain));
  await vi.waitUntil(() => sending.out.length === 1);
  expect(await dropsOf(sender)).toEqual({ no_key: 1, failed: 2, codec: 2, empty: 1 });
});

test("a frame that comes before its receiver is aimed waits for it", async () => {
  sender.worker.handle({ kind: "activate", request: 1, epoch: 0, baseKey: ownKey() });
  const sending = sender.attach({ direction: "send", track: 1, source: "camera", codec: null });
  await sending.feed(frame(Uint8Array.of(0xb1, 9, 9, 9), "video/VP8"));
  await vi.waitUntil(() => sending.out.length === 1);

  const receiving = receiver.attach({ direction: "receive", track: 7 });
  await receiving.feed(frame(new Uint8Array(sending.out[0]!.data), "video/VP8"));
  expect(await dropsOf(receiver)).toEqual({});
  expect(receiving.out).toHaveLength(0);
  receiver.worker.handle({ kind: "aim", track: 7, target: { identity: alice, source: "camera", codec: null } });
  await vi.waitUntil(() => receiving.out.length === 1);
});

test("unsealed frames, the server's own among them, do not come out of a receiver", async () => {
  const receiving = receiver.attach({ direction: "receive", track: 1 });
  receiver.worker.handle({ kind: "filler", trailer: Uint8Array.of(7, 7, 7, 7) });
  receiver.worker.handle({ kind: "aim", track: 1, target: { identity: alice, source: "microphone", codec: "opus" } });
  await receiving.feed(frame(Uint8Array.of(0xf8, 0xff, 0xfe, 7, 7, 7, 7)));
  await receiving.feed(frame(new Uint8Array(60).fill(0xaa)));
  await receiving.feed(frame(plain));
  await vi.waitUntil(async () => (await dropsOf(receiver))["server_filler"] === 1);
  await vi.waitFor(async () => {
    const drops = Object.values(await dropsOf(receiver));
    expect(drops.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
  expect(receiving.out).toHaveLength(0);
});

test("a worker starts once: a second start would use counters again", async () => {
  sender.worker.handle({ kind: "start", identity: alice });
  await vi.waitFor(() => expect(sender.posted.map(({ kind }) => kind)).toEqual(["failed"]));
});

test("a worker that was not started passes nothing", async () => {
  const harness = new Harness();
  const sending = harness.attach({ direction: "send", track: 1, source: "microphone", codec: "opus" });
  void sending.feed(frame(plain));
  await vi.waitUntil(() => harness.posted.some(({ kind }) => kind === "failed"));
  expect(sending.out).toHaveLength(0);
});
