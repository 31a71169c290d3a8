import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ReadGate } from "./ReadGate.ts";

/** Two real connections, as in the proxy: `sender` ─ `source` │ gate │ `sink` ─ `receiver`. */
let server: WebSocketServer;
let sender: WebSocket;
let source: WebSocket;
let sink: WebSocket;
let receiver: WebSocket;
let gate: ReadGate;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pair = async (): Promise<[WebSocket, WebSocket]> => {
    const outer = new WebSocket(url);
    const [inner] = (await once(server, "connection")) as [WebSocket];
    await once(outer, "open");
    return [outer, inner];
  };
  [sender, source] = await pair();
  [receiver, sink] = await pair();
  gate = new ReadGate(source, sink);
  source.on("message", (data: Buffer, isBinary) => gate.forward(data, isBinary));
});
afterEach(() => {
  gate.dispose();
  for (const client of [sender, receiver]) client.terminate();
  server.close();
});

test("stops reading while the other side takes nothing, and then passes everything on", async () => {
  let received = 0;
  receiver.on("message", (data: Buffer) => (received += data.length));
  receiver.pause();
  const chunk = Buffer.alloc(64 * 1024);
  for (let index = 0; index < 500; index++) sender.send(chunk);
  await delay(300);
  expect(source.isPaused).toBe(true);
  expect(sink.bufferedAmount).toBeLessThan(512 * 1024);
  expect(sender.bufferedAmount).toBeGreaterThan(10 * 1024 * 1024);

  receiver.resume();
  await expect.poll(() => received, { timeout: 4_000 }).toBe(500 * chunk.length);
  expect(source.isPaused).toBe(false);
});

test("does not read while a delay runs, the longest delay counts", async () => {
  const arrivals: number[] = [];
  receiver.on("message", () => arrivals.push(Date.now()));
  const startedAt = Date.now();
  gate.delay(5);
  gate.delay(150);
  gate.delay(5);
  sender.send("late");
  await expect.poll(() => arrivals.length).toBe(1);
  expect((arrivals[0] ?? 0) - startedAt).toBeGreaterThanOrEqual(145);
});
