import { afterAll, beforeAll, expect, test } from "vitest";
import { RawNatsClient } from "../nats/testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats } from "../nats/testing/startTestNats.ts";
import { parseNatsLine } from "./startNatsServer.ts";

let nats: TestNats;
const said: string[] = [];

beforeAll(async () => {
  nats = await startTestNats((line) => said.push(line));
  serveSeats(nats);
});
afterAll(() => nats[Symbol.asyncDispose]());

test("levels follow what an operator has to do", () => {
  expect(parseNatsLine("[7] [INF] Server is ready")).toEqual({ level: "debug", text: "Server is ready" });
  expect(parseNatsLine("[7] [WRN] Filesystem is full")).toEqual({ level: "warn", text: "Filesystem is full" });
  expect(parseNatsLine("[7] [FTL] no")).toEqual({ level: "error", text: "no" });
  expect(parseNatsLine("panic: no")).toEqual({ level: "error", text: "panic: no" });
  expect(parseNatsLine("")).toBeNull();
});

test("a refused or misbehaving client makes no noise in an operator's log, and its password never stands there", async () => {
  const seat = nats.seat(newSessionId());
  await expect(RawNatsClient.connect(nats.server.websocketUrl, { ...seat, secret: "hunter2" })).rejects.toThrow(
    /Violation/,
  );
  const client = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  client.subscribe(">");
  client.publish("$JS.API.STREAM.LIST");
  await client.ping();
  await client.close();
  await expect.poll(() => said.filter((line) => line.includes("Violation")).length).toBeGreaterThan(0);
  const levels = said.map((line) => (JSON.parse(line) as { level: number }).level);
  expect(Math.max(...levels)).toBeLessThan(40);
  expect(said.join()).not.toContain("hunter2");
  expect(said.join()).not.toContain(seat.secret);
});
