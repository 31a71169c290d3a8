import { afterAll, beforeAll, expect, test } from "vitest";
import { maxRpcBodyBytes } from "@sotto/protocol";
import { RawNatsClient, type RawMessage } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats, type TestSeat } from "./testing/startTestNats.ts";

let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
});
afterAll(() => nats[Symbol.asyncDispose]());

async function session(): Promise<TestSeat> {
  const seat = nats.seat(newSessionId());
  await nats.platform.streams.create(seat.sid);
  return seat;
}

function say(
  { sid, pid }: TestSeat,
  body: string | Buffer,
  clientMessageId = crypto.getRandomValues(new Uint8Array(16)),
) {
  return nats.platform.streams.publish({ sid, pid, channel: "chat", clientMessageId, body: Buffer.from(body) });
}

function whisper({ sid, pid }: TestSeat, { pid: peer }: TestSeat, body: string) {
  const clientMessageId = crypto.getRandomValues(new Uint8Array(16));
  return nats.platform.streams.publishPrivate({ sid, pid, peer, clientMessageId, body: Buffer.from(body) });
}

/** A resume after that much of the public stream and nothing of the private one. */
const since = (after: number) => ({ public: after, private: 0 });

async function listen(seat: TestSeat): Promise<RawNatsClient> {
  const client = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  client.subscribe(`${seat.inboxPrefix}.s`);
  client.subscribe(`${seat.inboxPrefix}.d`);
  await client.ping();
  return client;
}

/**
 * Stream sequences (from the reply subjects) and bodies of what was delivered after `after`. A consumer of the
 * connection before may still deliver for a moment: clients pass over what they have.
 */
function told(messages: RawMessage[], after: number): [number, string][] {
  let last = after;
  return messages
    .filter(({ subject }) => subject.includes(".pub.") || subject.includes(".dm."))
    .map(({ reply, body }): [number, string] => [Number(reply?.split(".")[5]), body.toString()])
    .filter(([sequence]) => sequence > last && (last = sequence));
}

function numbered(from: number, to: number): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, `m${from + index}`]);
}

test("a retry with the same client id is stored once; somebody else's id is another", async () => {
  const seat = await session();
  const id = crypto.getRandomValues(new Uint8Array(16));
  expect(await say(seat, "hello", id)).toEqual({ sequence: 1, duplicate: false });
  expect(await say(seat, "hello", id)).toEqual({ sequence: 1, duplicate: true });
  expect(await say(nats.seat(seat.sid), "hi", id)).toEqual({ sequence: 2, duplicate: false });
});

test("deliveries start, go on and resume: exactly what was missed, once, in order", async () => {
  const seat = await session();
  const { sid, pid, inboxPrefix } = seat;
  for (let index = 1; index <= 40; index++) await say(seat, `m${index}`);

  const first = await listen(seat);
  const started = await nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(30) });
  expect(started).toEqual({
    public: { stream: `S_${sid}`, startSequence: 31 },
    private: { stream: `D_${sid}`, startSequence: 1 },
  });
  await say(seat, "m41");
  await expect.poll(() => told(first.messages, 30)).toEqual(numbered(31, 41));
  await first.close();

  for (let index = 42; index <= 60; index++) await say(seat, `m${index}`);
  const second = await listen(seat);
  await nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(41) });
  await expect.poll(() => told(second.messages, 41)).toEqual(numbered(42, 60));

  // resuming again on one connection does not make a second consumer
  await nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(60) });
  await say(seat, "m61");
  await say(seat, "m62");
  await expect.poll(() => told(second.messages, 60)).toEqual(numbered(61, 62));
  await second.ping();
  const times = () => second.messages.filter(({ body }) => body.toString() === "m61").length;
  expect(times()).toBe(1);

  // and from the same place once more it begins there once more, also where several ask at the same moment
  await nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(60) });
  await expect.poll(times).toBe(2);
  const asked = () => nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(60) });
  await Promise.all([asked(), asked(), asked()]);
  await expect.poll(times).toBeGreaterThan(2);
  await second.close();
});

test("private messages are delivered to the two people they are between, and go on where they stopped", async () => {
  const ada = await session();
  const [ben, eve] = [nats.seat(ada.sid), nats.seat(ada.sid)];
  await whisper(ada, ben, "m1");
  await whisper(eve, ada, "m2");
  await whisper(ben, ada, "m3");
  await whisper(eve, ben, "m4");
  const start = (seat: TestSeat, after: number) =>
    nats.platform.streams.startDeliveries({ ...seat, after: { public: 0, private: after } });
  const expected: [TestSeat, number[]][] = [
    [ada, [1, 2, 3]],
    [ben, [1, 3, 4]],
    [eve, [2, 4]],
  ];
  for (const [seat, sequences] of expected) {
    const client = await listen(seat);
    await start(seat, 0);
    await expect.poll(() => told(client.messages, 0)).toEqual(sequences.map((each) => [each, `m${each}`]));
    for (const { subject } of client.messages.filter((each) => each.subject.includes(".dm."))) {
      expect(subject).toContain(seat.pid);
    }
    await client.close();
  }
  await whisper(ben, ada, "m5");
  const again = await listen(ada);
  await start(ada, 3);
  await expect.poll(() => told(again.messages, 3)).toEqual([[5, "m5"]]);
  await again.close();
});

test("streams that were made again say since when, to whoever was there before", async () => {
  const before = Date.now();
  const { sid } = await session();
  expect(await nats.platform.streams.lostUntil(sid, 0)).toBeNull();
  await nats.platform.streams.delete(sid);
  await nats.platform.streams.restore(sid);
  const lost = await nats.platform.streams.lostUntil(sid, 0);
  expect(lost).toBeGreaterThan(before - 1);
  const newest = await nats.platform.streams.lastSequence(sid);
  expect(await nats.platform.streams.lostUntil(sid, newest)).toBeNull();
});

test("a megabyte of history is delivered under flow control", async () => {
  const seat = await session();
  const { sid, pid, inboxPrefix } = seat;
  const body = Buffer.alloc(30_000, "x");
  const others = [nats.seat(sid), nats.seat(sid)];
  await Promise.all(others.flatMap((each) => Array.from({ length: 50 }, () => say(each, body))));
  const client = await listen(seat);
  client.socket.on("message", () => answerFlowControl(client));
  await nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(0) });
  await expect.poll(() => told(client.messages, 0).length, { timeout: 5_000 }).toBe(100);
  expect(client.errors).toEqual([]);
  await client.close();
});

function answerFlowControl(client: RawNatsClient): void {
  for (const message of client.messages.splice(0)) {
    if (message.headers.includes("FlowControl Request") && message.reply) client.publish(message.reply);
    else client.messages.push(message);
  }
}

test("takes messages of 32 KiB and none larger", async () => {
  const seat = await session();
  expect(await say(seat, Buffer.alloc(maxRpcBodyBytes))).toMatchObject({ sequence: 1 });
  await expect(say(seat, Buffer.alloc(maxRpcBodyBytes + 512))).rejects.toMatchObject({ code: "unavailable" });
});

test("a full stream refuses new messages and keeps the old ones", async () => {
  const seat = await session();
  const body = Buffer.alloc(maxRpcBodyBytes);
  const people = Array.from({ length: 5 }, () => nats.seat(seat.sid));
  const results = await Promise.allSettled(people.flatMap((each) => Array.from({ length: 60 }, () => say(each, body))));
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused.length).toBeGreaterThan(30);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "storage_full" });
  expect(await nats.platform.streams.lastSequence(seat.sid)).toBe(300 - refused.length);
});

test("nobody fills more than a share of it, and repetitions do not count", async () => {
  const [seat, other] = [await session(), nats.seat(newSessionId())];
  const body = Buffer.alloc(maxRpcBodyBytes);
  const id = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 100; index++) expect((await say(seat, body, id)).duplicate).toBe(index > 0);
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => say(seat, body)));
  const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  // A quarter of 8 MiB
  expect(1 + results.length - reasons.length).toBe(63);
  for (const reason of reasons) expect(reason).toMatchObject({ code: "storage_full" });
  expect(await say({ ...other, sid: seat.sid }, body)).toMatchObject({ duplicate: false });
  await nats.platform.streams.delete(seat.sid);
  await nats.platform.streams.create(seat.sid);
  expect(await say(seat, body)).toMatchObject({ sequence: 1 });
});

test("is deleted as a whole, and says so afterwards", async () => {
  const seat = await session();
  const { sid, pid, inboxPrefix } = seat;
  await say(seat, "gone");
  expect(await nats.platform.streams.list()).toEqual(expect.arrayContaining([`S_${sid}`, `D_${sid}`]));
  await nats.platform.streams.delete(sid);
  expect((await nats.platform.streams.list()).filter((name) => name.includes(sid))).toEqual([]);
  await nats.platform.streams.delete(sid);
  const ended = { code: "session_ended" };
  await expect(say(seat, "late")).rejects.toMatchObject(ended);
  await expect(whisper(seat, nats.seat(sid), "late")).rejects.toMatchObject(ended);
  await expect(nats.platform.streams.lastSequence(sid)).rejects.toMatchObject(ended);
  const resume = nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix, after: since(0) });
  await expect(resume).rejects.toMatchObject(ended);
});
