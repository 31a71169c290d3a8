import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { NatsProxy } from "./NatsProxy.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;
let server: Server;
let proxy: NatsProxy;
let url: string;

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
  proxy = new NatsProxy({ websocketUrl: nats.server.websocketUrl, isReady: () => true, log: nats.log });
  server = createServer().on("upgrade", (request, socket, head) => proxy.handleUpgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/nats`;
});
afterAll(async () => {
  proxy.close();
  server.close();
  await nats[Symbol.asyncDispose]();
});

test("passes a participant's connection both ways, and closes with it", async () => {
  const seat = nats.seat(newSessionId());
  const client = await RawNatsClient.connect(url, seat);
  client.subscribe(`m.${seat.sid}.to.${seat.pid}.>`);
  await client.ping();
  nats.platform.bus.sendTo(seat.sid, seat.pid, "dismissed", { reason: "removed" });
  expect((await client.message(`m.${seat.sid}.to`)).body.toString()).toBe('{"reason":"removed"}');

  const [target] = await nats.platform.connections.list(seat.sid);
  const closed = once(client.socket, "close");
  if (target) await nats.platform.connections.kick(target);
  await closed;

  const again = await RawNatsClient.connect(url, seat);
  again.socket.terminate();
  await expect.poll(() => nats.platform.connections.list(seat.sid)).toEqual([]);
});

test("refuses wrong credentials through the proxy too", async () => {
  const attempt = RawNatsClient.connect(url, { ...nats.seat(newSessionId()), secret: "wrong" });
  await expect(attempt).rejects.toThrow(/Authorization Violation|closed/);
});

test("offers no compression", async () => {
  const socket = new WebSocket(url, { perMessageDeflate: true });
  await once(socket, "open");
  expect(socket.extensions).toBe("");
  socket.terminate();
});

test("closes on a frame over 128 KiB and on a message over 64 KiB", async () => {
  const framed = await RawNatsClient.connect(url, nats.seat(newSessionId()));
  framed.send("PING\r\n".repeat(22_000));
  expect((await once(framed.socket, "close"))[0]).toBe(1009);

  const announced = await RawNatsClient.connect(url, nats.seat(newSessionId()));
  announced.send("PUB x 65537\r\n");
  expect((await once(announced.socket, "close"))[0]).toBe(1009);
});

test("a flood is slowed to the budget and delays nobody else", async () => {
  const sid = newSessionId();
  const flooder = nats.seat(sid);
  const honest = await RawNatsClient.connect(url, nats.seat(sid));
  const flood = await RawNatsClient.connect(url, flooder);
  const line = `PUB m.${sid}.rpc.${flooder.pid}.snapshot 40\r\n${"x".repeat(40)}\r\n`;
  const message = Buffer.from(line.repeat(50));
  const startedAt = Date.now();
  const total = 448 * 1024;
  for (let sent = 0; sent < total; sent += message.length) flood.send(message);

  // Honest answers come while the flood still waits for its budget.
  const flooded = flood.ping().then(() => Date.now());
  for (let index = 0; index < 20; index++) await honest.ping();
  const honestDoneAt = Date.now();
  const floodedAt = await flooded;
  expect(honestDoneAt).toBeLessThan(floodedAt);
  // 448 KiB: 256 at once, the rest at 48 KiB/s takes 4 s; of that, what one read of 64 KiB brought in is 1.33 s
  expect(floodedAt - startedAt).toBeGreaterThan(2_400);
  expect(flood.socket.readyState).toBe(WebSocket.OPEN);
  flood.socket.terminate();
  await honest.close();
}, 10_000);

test("a client that stalls for a moment misses nothing", async () => {
  const seat = nats.seat(newSessionId());
  const client = await RawNatsClient.connect(url, seat);
  client.subscribe(`m.${seat.sid}.to.${seat.pid}.>`);
  await client.ping();
  client.socket.pause();
  const event = { reason: "x".repeat(60_000) };
  for (let index = 0; index < 1_000; index++) nats.platform.bus.sendTo(seat.sid, seat.pid, "dismissed", event);
  await nats.platform.bus.flush();
  await new Promise((resolve) => setTimeout(resolve, 300));
  client.socket.resume();
  await expect.poll(() => client.messages.length, { timeout: 10_000 }).toBe(1_000);
  await client.close();
}, 15_000);

test("says so when nats-server cannot be reached", async () => {
  const nowhere = new NatsProxy({ websocketUrl: "ws://127.0.0.1:1", isReady: () => true, log: nats.log });
  const alone = createServer().on("upgrade", (request, socket, head) => nowhere.handleUpgrade(request, socket, head));
  alone.listen(0, "127.0.0.1");
  await once(alone, "listening");
  const socket = new WebSocket(`ws://127.0.0.1:${(alone.address() as AddressInfo).port}/nats`);
  expect((await once(socket, "close"))[0]).toBe(1013);
  nowhere.close();
  alone.close();
});
