import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ParticipantConnection } from "./Connections.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;
const came: ParticipantConnection[] = [];
const went: ParticipantConnection[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
  nats.platform.connections.onConnected((connection) => came.push(connection));
  nats.platform.connections.onDisconnected((connection) => went.push(connection));
});
afterAll(() => nats[Symbol.asyncDispose]());

test("tells who came and who went, and of nobody else", async () => {
  const seat = nats.seat(newSessionId());
  const client = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  await expect.poll(() => came.length).toBe(1);
  expect(came).toEqual(await nats.platform.connections.list(seat.sid));
  await client.close();
  await expect.poll(() => went).toEqual(came);
  expect(await nats.platform.connections.list(seat.sid)).toEqual([]);
});

test("kicks one connection and leaves the others", async () => {
  const sid = newSessionId();
  const [kicked, stays] = [nats.seat(sid), nats.seat(sid)];
  const first = await RawNatsClient.connect(nats.server.websocketUrl, kicked);
  const second = await RawNatsClient.connect(nats.server.websocketUrl, stays);
  const connections = await nats.platform.connections.list(sid);
  expect(connections.map(({ pid }) => pid).toSorted()).toEqual([kicked.pid, stays.pid].toSorted());
  const target = connections.find(({ pid }) => pid === kicked.pid);
  if (!target) throw new Error("not listed");

  const closed = once(first.socket, "close");
  expect(await nats.platform.connections.kick(target)).toBe(true);
  await closed;
  expect(await nats.platform.connections.kick(target)).toBe(false);
  await second.ping();
  await second.close();
});

test("a narrower set is in force after the kick", async () => {
  const seat = nats.seat(newSessionId());
  const before = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  seat.permissions = { ...seat.permissions, rpc: ["leave"] };
  const [target] = await nats.platform.connections.list(seat.sid);
  if (!target) throw new Error("not listed");
  const closed = once(before.socket, "close");
  await nats.platform.connections.kick(target);
  await closed;

  const after = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  after.subscribe(`m.${seat.sid}.state.>`);
  after.publish(`m.${seat.sid}.rpc.${seat.pid}.pub-chat`, "", `${seat.inboxPrefix}.r.x`);
  await after.ping();
  expect(after.errors).toHaveLength(2);
  await after.close();
});
