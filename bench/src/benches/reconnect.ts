import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { AckPolicy, jetstream, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { wsconnect, type NatsConnection } from "@nats-io/nats-core";
import { Meeting } from "@sotto/client";
import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { BareNats } from "../BareNats.ts";
import { inParallel } from "../inParallel.ts";
import { percentile, type Report } from "../Report.ts";
import { residentBytes } from "../residentBytes.ts";

const sizes = [200, 1_000];
const peoplePerRoom = 50;
const width = 32;
const settleMs = 3_000;
const patienceMs = 120_000;
/** How long a killed engine stays down: what our supervision waits, so the bare one waits as long. */
const downMs = 200;
const heartbeatMs = 1_000;

/** When each client had what was sent after the kill, in milliseconds since the kill. */
interface Outcome {
  arrivedMs: number[];
  missing: number;
}

interface Memory {
  controlPlane: number;
  nats: number;
}

/**
 * nats-server is killed under everybody, and in every room somebody writes as soon as they can: how long until everybody
 * has it. Sotto (the client SDK without media: proxy, auth callout, state written back, snapshot, resume, encrypted) against
 * clients of a bare nats-server with a durable consumer each on streams on disk, in the same run and over WebSocket too.
 */
export async function benchReconnect(): Promise<Report> {
  const measured: { people: number; sotto: Outcome; bare: Outcome; memory: Memory }[] = [];
  for (const people of sizes) {
    const bare = await measureBare(people);
    measured.push({ people, bare, ...(await measureSotto(people)) });
  }
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`;
  const last = ({ arrivedMs }: Outcome) => percentile(arrivedMs, 100);
  const row = (name: string, people: number, outcome: Outcome) => [
    `${people} people, ${name}`,
    seconds(percentile(outcome.arrivedMs, 50)),
    seconds(percentile(outcome.arrivedMs, 95)),
    seconds(last(outcome)),
    String(outcome.missing),
  ];
  return {
    bench: "reconnect",
    conditions: `nats-server killed under everybody, rooms of ${peoplePerRoom}, ${cpus().length} cores shared by clients and servers`,
    columns: ["from the kill to the message after it", "p50", "p95", "last", "missing"],
    rows: measured.flatMap(({ people, sotto, bare, memory }) => [
      row("Sotto", people, sotto),
      row("bare durable consumers", people, bare),
      [`${people} people, ratio`, ...[50, 95, 100].map((rank) => ratioOf(sotto, bare, rank)), ""],
      [
        `${people} people, memory each`,
        `control plane ${kib(memory.controlPlane)}`,
        `nats-server ${kib(memory.nats)}`,
        "",
        "",
      ],
    ]),
    figures: measured.flatMap(({ people, sotto, bare, memory }) => [
      { name: `sotto ${people} last`, value: last(sotto), unit: "ms" as const },
      { name: `bare ${people} last`, value: last(bare), unit: "ms" as const },
      { name: `ratio ${people}`, value: last(sotto) / last(bare), unit: "x" as const },
      { name: `sotto ${people} missing`, value: sotto.missing, unit: "" as const },
      { name: `bare ${people} missing`, value: bare.missing, unit: "" as const },
      { name: `control plane per person ${people}`, value: memory.controlPlane / 2 ** 20, unit: "MiB" as const },
      { name: `nats-server per person ${people}`, value: memory.nats / 2 ** 20, unit: "MiB" as const },
    ]),
    notes: [
      "Clients of both sides run in this process. Memory: resident, with everybody idle, less what it was before, per person.",
    ],
  };
}

function ratioOf(sotto: Outcome, bare: Outcome, rank: number): string {
  return `${(percentile(sotto.arrivedMs, rank) / percentile(bare.arrivedMs, rank)).toFixed(2)}x`;
}

async function measureSotto(people: number): Promise<{ sotto: Outcome; memory: Memory }> {
  await using stack = await startStack();
  const used = (): Memory => ({
    controlPlane: residentBytes(stack.nodes[0]?.pid ?? 0),
    nats: stack.enginePids("nats").reduce((sum, pid) => sum + residentBytes(pid), 0),
  });
  const before = used();
  const rooms = Array.from({ length: people / peoplePerRoom }, (_, index) => `bench-${people}-${index}`);
  const meetings: Meeting[] = [];
  const { failures } = await inParallel(
    Array.from({ length: people }, (_, index) => index),
    width,
    async (index) => {
      meetings.push(await joinMeeting(stack, rooms[index % rooms.length] ?? ""));
    },
  );
  if (failures.length > 0) throw new Error("not everybody came in", { cause: failures[0] });
  await delay(settleMs);
  const idle = used();

  const arrivedMs: number[] = [];
  const killedAt = performance.now();
  const arrivals = meetings.map((meeting) =>
    hasMessage(meeting).then(() => arrivedMs.push(performance.now() - killedAt)),
  );
  stack.killEngine("nats");
  const writers = rooms.map((room) => meetings.find(({ info }) => info.room.roomId === room));
  await Promise.race([
    Promise.all([...arrivals, ...writers.map((writer) => writer && write(writer))]),
    delay(patienceMs),
  ]);
  await Promise.all(meetings.map((meeting) => meeting.leave()));
  return {
    sotto: { arrivedMs, missing: people - arrivedMs.length },
    memory: {
      controlPlane: (idle.controlPlane - before.controlPlane) / people,
      nats: (idle.nats - before.nats) / people,
    },
  };
}

async function joinMeeting(stack: Stack, roomId: string): Promise<Meeting> {
  const token = await stack.newJoinToken({ roomId });
  const credential = { kind: "token" as const, token };
  return Meeting.join({ origin: stack.origin, credential, media: null, fetch: new CookieJar().fetch });
}

function hasMessage({ chat }: Meeting): Promise<void> {
  return new Promise((resolve) => {
    const stop = chat.messages.subscribe(() => {
      if (!chat.messages.get().some(({ state }) => state === "sent")) return;
      stop();
      resolve();
    });
  });
}

/** Writes as soon as the connection that is about to be lost is back. */
async function write({ connection, chat }: Meeting): Promise<void> {
  for (const wanted of ["reconnecting", "connected"]) {
    while (connection.get().status !== wanted) await delay(5);
  }
  await chat.send("after");
}

async function measureBare(people: number): Promise<Outcome> {
  await using nats = await BareNats.start();
  const connect = () =>
    wsconnect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 125, reconnectJitter: 125 });
  const writer = await connect();
  const manager = await jetstreamManager(writer);
  const rooms = Array.from({ length: people / peoplePerRoom }, (_, index) => `room-${index}`);
  for (const name of rooms) await manager.streams.add({ name, subjects: [name], storage: StorageType.File });
  const connections: NatsConnection[] = [writer];
  const arrivedMs: number[] = [];
  const state = { killedAt: Infinity };
  await inParallel(
    Array.from({ length: people }, (_, index) => index),
    width,
    async (index) => {
      const connection = await connect();
      connections.push(connection);
      const room = rooms[index % rooms.length] ?? "";
      const js = jetstream(connection);
      await (
        await jetstreamManager(connection)
      ).consumers.add(room, { durable_name: `p${index}`, ack_policy: AckPolicy.None });
      const consumer = await js.consumers.get(room, `p${index}`);
      await consumer.consume({
        idle_heartbeat: heartbeatMs,
        callback: () => void arrivedMs.push(performance.now() - state.killedAt),
      });
    },
  );
  await delay(settleMs);

  state.killedAt = performance.now();
  await nats.kill();
  await delay(downMs);
  await nats.restart();
  const js = jetstream(writer);
  await Promise.all(
    rooms.map(async (room) => {
      const deadline = Date.now() + patienceMs;
      while (Date.now() < deadline) {
        const stored = await js.publish(room, "after", { timeout: 1_000, msgID: "after" }).catch(() => null);
        if (stored) return;
      }
    }),
  );
  const deadline = Date.now() + patienceMs;
  while (arrivedMs.length < people && Date.now() < deadline) await delay(10);
  await Promise.all(connections.map((connection) => connection.close()));
  return { arrivedMs, missing: people - arrivedMs.length };
}
