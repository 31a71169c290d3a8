import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectionRef } from "./AuthCallout.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;
const registered: (ConnectionRef & { pid: string })[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  nats.platform.serveAuth(async (sid, pid, secret, connection) => {
    const seat = nats.seats.get(`${sid}.${pid}`);
    if (seat?.secret === "breaks") throw new Error("the state is out of reach");
    if (seat?.secret !== secret) return null;
    registered.push({ ...connection, pid });
    return seat;
  });
});
afterAll(() => nats[Symbol.asyncDispose]());

const refused = /Authorization Violation/;

test("lets a participant in, registered before it hears of it", async () => {
  const seat = nats.seat(newSessionId());
  const client = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  const [entry] = registered.filter(({ pid }) => pid === seat.pid);
  expect(entry?.serverId).toMatch(/^N[A-Z2-7]{55}$/);
  expect(await nats.platform.connections.list(seat.sid)).toEqual([
    { sid: seat.sid, pid: seat.pid, serverId: entry?.serverId, clientId: entry?.clientId },
  ]);
  await client.close();
});

test.each([
  ["a wrong secret", () => ({ ...nats.seat(newSessionId()), secret: "A".repeat(43) })],
  ["an empty secret", () => ({ ...nats.seat(newSessionId()), secret: "" })],
  ["another session", () => ({ ...nats.seat(newSessionId()), sid: newSessionId() })],
  ["another participant's name", () => ({ ...nats.seat(newSessionId()), pid: nats.seat(newSessionId()).pid })],
  ["an unknown participant", () => ({ sid: newSessionId(), pid: "p_AAAAAAAAAAAAAAAA", secret: "x" })],
  ["wildcards for ids", () => ({ ...nats.seat(newSessionId()), sid: "*", pid: ">" })],
])("refuses %s", async (_, credentials) => {
  await expect(RawNatsClient.connect(nats.server.websocketUrl, credentials())).rejects.toThrow(refused);
});

test("refuses when it cannot know", async () => {
  const seat = nats.seat(newSessionId());
  seat.secret = "breaks";
  await expect(RawNatsClient.connect(nats.server.websocketUrl, seat)).rejects.toThrow(refused);
});

test("refuses a participant's credentials over TCP", async () => {
  const { sid, pid, secret } = nats.seat(newSessionId());
  const attempt = connect({ servers: nats.server.server, user: `${sid}.${pid}`, pass: secret, reconnect: false });
  await expect(attempt).rejects.toThrow(/Authorization/i);
});

test("refuses somebody without any credentials over TCP", async () => {
  await expect(connect({ servers: nats.server.server, reconnect: false })).rejects.toThrow(/Authorization/i);
});

test("200 at once all get in", async () => {
  const sid = newSessionId();
  const clients = await Promise.all(
    Array.from({ length: 200 }, () => RawNatsClient.connect(nats.server.websocketUrl, nats.seat(sid))),
  );
  expect(await nats.platform.connections.list(sid)).toHaveLength(200);
  await Promise.all(clients.map((client) => client.close()));
});
