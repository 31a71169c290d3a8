import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { NatsProxy, type NatsProxyLimits } from "./NatsProxy.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;
let server: Server;
let proxy: NatsProxy;
let url: string;

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
  proxy = new NatsProxy({ websocketUrl: nats.server.websocketUrl, trustProxy: false, log: nats.log });
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

async function serveProxy(limits: Partial<NatsProxyLimits>): Promise<AsyncDisposable & { url: string }> {
  const options = { websocketUrl: nats.server.websocketUrl, trustProxy: false, log: nats.log };
  const strict = new NatsProxy({ ...options, limits });
  const alone = createServer().on("upgrade", (request, socket, head) => strict.handleUpgrade(request, socket, head));
  alone.listen(0, "127.0.0.1");
  await once(alone, "listening");
  return {
    url: `ws://127.0.0.1:${(alone.address() as AddressInfo).port}/nats`,
    async [Symbol.asyncDispose]() {
      strict.close();
      alone.close();
    },
  };
}

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

test("closes on a message with headers", async () => {
  const seat = nats.seat(newSessionId());
  const client = await RawNatsClient.connect(url, seat);
  const subject = `m.${seat.sid}.eph.${seat.pid}.reactions`;
  const closed = once(client.socket, "close");
  client.publishWithHeaders(subject, { "Nats-Trace-Dest": subject });
  expect((await closed)[0]).toBe(1008);
});

test("a flood of small messages is slowed to so many, and an honest one comes between", async () => {
  const sid = newSessionId();
  const [flooder, speaker] = [nats.seat(sid), nats.seat(sid)];
  const listener = await RawNatsClient.connect(url, nats.seat(sid));
  listener.subscribe(`m.${sid}.eph.*.*`);
  await listener.ping();
  const flood = await RawNatsClient.connect(url, flooder);
  const honest = await RawNatsClient.connect(url, speaker);
  const message = `PUB m.${sid}.eph.${flooder.pid}.typing 0\r\n\r\n`;
  const count = 1_500; // in one frame, well within the budget of bytes
  flood.send(message.repeat(count));
  const floodedBy = () => listener.messages.filter(({ subject }) => subject.includes(flooder.pid)).length;
  await expect.poll(floodedBy).toBeGreaterThanOrEqual(390);
  honest.publish(`m.${sid}.eph.${speaker.pid}.typing`);
  await listener.message(`m.${sid}.eph.${speaker.pid}`);
  // 400 at once and 40 a second: a hundred seconds would not be enough for all of them on a slow machine
  expect(floodedBy()).toBeLessThan(count);
  expect(flood.socket.readyState).toBe(WebSocket.OPEN);
  flood.socket.terminate();
  for (const client of [listener, honest]) await client.close();
});

test("a flood is slowed to the budget and delays nobody else", async () => {
  const sid = newSessionId();
  const flooder = nats.seat(sid);
  const honest = await RawNatsClient.connect(url, nats.seat(sid));
  const flood = await RawNatsClient.connect(url, flooder);
  const message = Buffer.from(`PUB m.${sid}.rpc.${flooder.pid}.snapshot 8192\r\n${"x".repeat(8192)}\r\n`);
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

describe("connections that do not log in", () => {
  const open = (address: string) =>
    new Promise<WebSocket | number>((resolve) => {
      const socket = new WebSocket(address);
      socket.once("open", () => resolve(socket));
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    });

  test("are few, and make room when they log in or go", async () => {
    await using strict = await serveProxy({ pendingPerNetwork: 2 });
    const [first, second] = [await open(strict.url), await open(strict.url)];
    expect(await open(strict.url)).toBe(503);
    (first as WebSocket).terminate();
    let client: RawNatsClient | undefined;
    await expect
      .poll(
        async () =>
          (client ??= await RawNatsClient.connect(strict.url, nats.seat(newSessionId())).catch(() => undefined)),
      )
      .toBeDefined();
    const third = await open(strict.url);
    expect(third).toBeInstanceOf(WebSocket);
    for (const socket of [second, third]) (socket as WebSocket).terminate();
    await client?.close();
  });

  test("are closed in time, whatever they say instead", async () => {
    await using strict = await serveProxy({ loginMs: 300 });
    const [silent, talker] = [await open(strict.url), await open(strict.url)] as [WebSocket, WebSocket];
    const pings = setInterval(() => talker.ping(), 50);
    const codes = await Promise.all([silent, talker].map(async (socket) => (await once(socket, "close"))[0] as number));
    clearInterval(pings);
    expect(codes).toEqual([1008, 1008]);
    const client = await RawNatsClient.connect(strict.url, nats.seat(newSessionId()));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await client.ping();
    await client.close();
  });
});

test("says so when nats-server cannot be reached", async () => {
  const nowhere = new NatsProxy({ websocketUrl: "ws://127.0.0.1:1", trustProxy: false, log: nats.log });
  const alone = createServer().on("upgrade", (request, socket, head) => nowhere.handleUpgrade(request, socket, head));
  alone.listen(0, "127.0.0.1");
  await once(alone, "listening");
  const socket = new WebSocket(`ws://127.0.0.1:${(alone.address() as AddressInfo).port}/nats`);
  expect((await once(socket, "close"))[0]).toBe(1013);
  nowhere.close();
  alone.close();
});
