import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ApiClient } from "../clients/ApiClient.ts";
import { openDatabase, type Database } from "../platform/db/openDatabase.ts";
import { webhookDeliveries } from "../platform/db/schema.ts";
import { createLog } from "../platform/log/createLog.ts";
import { AddressPolicy } from "../platform/outbound/AddressPolicy.ts";
import { OutboundClient } from "../platform/outbound/OutboundClient.ts";
import { eventually } from "../testing/eventually.ts";
import { hasPostgres, startPostgres } from "../testing/startPostgres.ts";
import { WebhookOutbox, type NewDelivery } from "./WebhookOutbox.ts";
import { WebhookSeal } from "./WebhookSeal.ts";
import { WebhookSender } from "./WebhookSender.ts";

const log = createLog("silent");
const main: ApiClient = { id: "main", key: "a-key", secrets: ["s".repeat(32)] };
const clients = { withId: (id: string) => (id === "main" ? main : null) };
const seal = new WebhookSeal({ secret: "t".repeat(32) });
const hourMs = 3_600_000;

/** A node: a sender on a database, with the outbox that it works on. */
function node(database: Database) {
  const outbox = new WebhookOutbox(database.sql);
  const timeoutMs = 5_000;
  const client = new OutboundClient({ policy: new AddressPolicy(["127.0.0.1/32"]), timeoutMs });
  const sender = new WebhookSender({
    outbox,
    seal,
    client,
    clients,
    timeoutMs,
    maxDelayMs: 1_000,
    onAttempt: () => undefined,
    log,
  });
  return { outbox, sender };
}

/** Takes what comes after a moment, and turns a part away. */
async function startTarget() {
  const taken: string[] = [];
  let under = 0;
  let most = 0;
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    under += 1;
    most = Math.max(most, under);
    const body = await text(request);
    await delay(2);
    const isTaken = Math.random() > 0.05;
    if (isTaken) taken.push(body);
    under -= 1;
    response.writeHead(isTaken ? 200 : 500).end();
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, taken, most: () => most };
}

function deliveriesFor(url: string, room: number, count: number): NewDelivery[] {
  const lane = seal.laneOf(`room-${room}`, url);
  return Array.from({ length: count }, (_, index) => {
    const body = `${room}:${index}`;
    return {
      lane,
      eventId: body,
      event: "test",
      roomId: `room-${room}`,
      sealed: seal.seal({ url, body, signer: "main" }, lane),
    };
  });
}

const rooms = 12;
const perRoom = 10;
const raceRounds = 5;
const raceLanes = 30;

/** Several nodes deliver what some of them append, and one of them dies in the middle of it. */
async function shareTheWork(databases: [Database, Database, Database]): Promise<string[]> {
  const { url, taken, most } = await startTarget();
  const [first, second, dying] = databases.map(node) as [ReturnType<typeof node>, ...ReturnType<typeof node>[]];
  const all = Array.from({ length: rooms }, (_, room) => deliveriesFor(url, room, perRoom));
  // Room by room in order, as nodes append what happens; twice, as a node does that takes over.
  for (let index = 0; index < perRoom; index++) {
    const batch = all.map((deliveries) => deliveries[index]!);
    await first.outbox.append(batch, hourMs);
    if (index % 5 === 0) await second!.outbox.append(batch, hourMs);
    for (const each of [first, second!, dying!]) each.sender.wake();
    if (index === 4) await dying!.sender[Symbol.asyncDispose]();
  }
  await eventually(() => new Set(taken).size === rooms * perRoom, 45_000);
  // Also what was appended again, and is delivered again.
  await eventually(async () => (await databases[0].sql.$count(webhookDeliveries)) === 0, 20_000);
  for (const { sender } of [first, second!]) await sender[Symbol.asyncDispose]();
  // Again is delivered what was under way at the node that died, and at most what was appended twice.
  expect(taken.length).toBeLessThanOrEqual(rooms * (perRoom + 4));
  expect(most()).toBeGreaterThan(2);
  return [...new Set(taken)];
}

/** Each room's own, in order. */
function expectInOrder(taken: string[]): void {
  for (let room = 0; room < rooms; room++) {
    const order = taken.filter((body) => body.startsWith(`${room}:`)).map((body) => Number(body.split(":")[1]));
    expect(order).toEqual(Array.from({ length: perRoom }, (_, index) => index));
  }
}

/** What a node claimed and did not come back from is another one's after a while. */
async function outlivesItsNode({ sql }: Database): Promise<void> {
  const outbox = new WebhookOutbox(sql);
  await outbox.append(deliveriesFor("http://x.example/", 1, 2), hourMs);
  await outbox.append(deliveriesFor("http://x.example/", 2, 1), hourMs);
  const leaseMs = 1_500;
  const claimed = await outbox.claim(10, leaseMs);
  expect(claimed.map(({ eventId }) => eventId).toSorted()).toEqual(["1:0", "2:0"]);
  // What is behind waits for what is in front, and what is claimed is nobody else's.
  expect(await outbox.claim(10, leaseMs)).toEqual([]);
  const again = await eventually(async () => {
    const found = await outbox.claim(10, leaseMs);
    return found.length > 0 ? found : null;
  });
  expect(again.map(({ eventId }) => eventId).toSorted()).toEqual(["1:0", "2:0"]);
  const [front, other] = again.toSorted((one, next) => one.eventId.localeCompare(next.eventId));
  expect(await outbox.failed(front!, "status_500", 60_000)).toBe(false);
  expect(await outbox.claim(10, leaseMs)).toEqual([]);
  expect(await outbox.failed(front!, "status_500", 2 * hourMs)).toBe(true);
  const [behind] = await outbox.claim(10, leaseMs);
  expect(behind?.eventId).toBe("1:1");
  for (const each of [behind!, other!]) await outbox.delivered(each);
  expect(await outbox.dead(10)).toMatchObject([{ eventId: "1:0", attempts: 2, lastFault: "status_500" }]);
  expect(await outbox.resend(["1:1"], hourMs)).toBe(0);
  await outbox.purgeDead(hourMs);
  expect(await outbox.dead(10)).toHaveLength(1);
  await outbox.purgeDead(-hourMs);
  expect(await outbox.dead(10)).toHaveLength(0);
}

/** Nodes that want everything at the same moment, again and again. */
async function claimAtOnce(databases: Database[]): Promise<{ claimed: number[]; appended: number }> {
  const outboxes = databases.map(({ sql }) => new WebhookOutbox(sql));
  const [outbox] = outboxes;
  const claimed: number[] = [];
  for (let round = 0; round < raceRounds; round++) {
    const lanes = Array.from({ length: raceLanes }, (_, lane) => deliveriesFor("http://x.example/", lane, 1));
    await outbox!.append(lanes.flat(), hourMs);
    const wanting = Array.from({ length: 8 }, () => outboxes).flat();
    const claims = (await Promise.all(wanting.map((each) => each.claim(raceLanes, hourMs)))).flat();
    claimed.push(...claims.map(({ sequence }) => sequence));
    await Promise.all(claims.map((each) => outbox!.delivered(each)));
  }
  return { claimed, appended: raceRounds * raceLanes };
}

describe("webhooks in the embedded database", () => {
  it("are delivered in order along each lane, and outlive the node that had them", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "sotto-outbox-"));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    await using database = await openDatabase({ url: undefined, dataDir, log });
    await outlivesItsNode(database);
    expectInOrder(await shareTheWork([database, database, database]));
  }, 60_000);
});

describe.skipIf(!hasPostgres)("webhooks in Postgres", () => {
  it("are shared by several nodes, each delivery by one, in order along each lane", async () => {
    await using postgres = await startPostgres();
    const open = () => openDatabase({ url: postgres.url, dataDir: "/nowhere", log });
    await using first = await open();
    await using second = await open();
    await using third = await open();
    const { claimed, appended } = await claimAtOnce([first, second, third]);
    expect([claimed.length, new Set(claimed).size]).toEqual([appended, appended]);
    await outlivesItsNode(first);
    expectInOrder(await shareTheWork([first, second, third]));
  }, 60_000);
});
