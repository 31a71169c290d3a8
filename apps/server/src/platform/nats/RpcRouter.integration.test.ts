import { afterAll, beforeAll, expect, test } from "vitest";
import { maxRpcBodyBytes } from "@sotto/protocol";
import { AppError } from "../AppError.ts";
import type { RpcRouter } from "./RpcRouter.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats, type TestSeat } from "./testing/startTestNats.ts";

let nats: TestNats;
let rpc: RpcRouter;
let seat: TestSeat;
let client: RawNatsClient;

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
  rpc = nats.platform.serveRpc(async (sid, pid) => nats.seats.get(`${sid}.${pid}`) ?? null);
  rpc.handle("snapshot", async (caller, body) => ({ caller, bytes: body.length }));
  rpc.handle("leave", async () => {
    throw AppError.sessionEnded();
  });
  rpc.handle("end-meeting", async () => {
    throw new Error("the secret is hunter2");
  });
  seat = nats.seat(newSessionId());
  client = await RawNatsClient.connect(nats.server.websocketUrl, seat);
  client.subscribe(`${seat.inboxPrefix}.>`);
});
afterAll(async () => {
  await client.close();
  await nats[Symbol.asyncDispose]();
});

test("the caller is who the subject says", async () => {
  const { sid, pid } = seat;
  expect(await client.request(seat, "snapshot", "four")).toEqual({
    ok: true,
    result: { caller: { sid, pid }, bytes: 4 },
  });
});

test("failures are answered with their code, unexpected ones without details", async () => {
  expect(await client.request(seat, "leave")).toMatchObject({ ok: false, error: { code: "session_ended" } });
  const failed = await client.request(seat, "end-meeting");
  expect(failed).toMatchObject({ ok: false, error: { code: "internal" } });
  expect(JSON.stringify(failed)).not.toContain("hunter2");
  expect(await client.request(seat, "pub-chat")).toMatchObject({ ok: false, error: { code: "not_found" } });
});

test("bodies have a limit", async () => {
  expect(await client.request(seat, "snapshot", Buffer.alloc(maxRpcBodyBytes))).toMatchObject({ ok: true });
  expect(await client.request(seat, "snapshot", Buffer.alloc(maxRpcBodyBytes + 1))).toMatchObject({
    ok: false,
    error: { code: "body_too_large" },
  });
});

test("requests of one caller are handled in order; a flood is dropped, not queued", async () => {
  const order: number[] = [];
  rpc.handle("resume", async (_, body) => {
    const index = Number(Buffer.from(body).toString());
    await new Promise((resolve) => setTimeout(resolve, index === 0 ? 30 : 0));
    order.push(index);
    return { index };
  });
  const eager = nats.seat(seat.sid);
  const other = await RawNatsClient.connect(nats.server.websocketUrl, eager);
  const { sid, pid, inboxPrefix } = eager;
  other.subscribe(`${inboxPrefix}.>`);
  for (let index = 0; index < 200; index++) {
    other.publish(`m.${sid}.rpc.${pid}.resume`, `${index}`, `${inboxPrefix}.r.flood${index}`);
  }
  await other.ping();
  await other.message(`${inboxPrefix}.r.flood63`);
  // Of the 64 that waited, those that the caller's budget had left were handled.
  expect(order.length).toBeGreaterThanOrEqual(60);
  expect(order).toEqual(Array.from({ length: order.length }, (_, index) => index));
  await other.request(eager, "leave");
  expect(other.messages.filter(({ subject }) => /flood(6[4-9]|[7-9]\d|1\d\d)$/.test(subject))).toEqual([]);
  await other.close();
});

test("an answer too large for NATS becomes an error and does not break the connection", async () => {
  const giant = nats.seat(seat.sid);
  const other = await RawNatsClient.connect(nats.server.websocketUrl, giant);
  other.subscribe(`${giant.inboxPrefix}.>`);
  rpc.handle("pub-chat", async () => ({ text: "x".repeat(2 * 1024 * 1024) }));
  expect(await other.request(giant, "pub-chat")).toMatchObject({ ok: false, error: { code: "internal" } });
  expect(await other.request(giant, "snapshot")).toMatchObject({ ok: true });
  await other.close();
});

test("who asks without end is told so, and nobody else suffers", async () => {
  const [eager, calm] = [nats.seat(seat.sid), nats.seat(seat.sid)];
  const clients = await Promise.all([eager, calm].map((each) => RawNatsClient.connect(nats.server.websocketUrl, each)));
  const [first, second] = clients as [RawNatsClient, RawNatsClient];
  first.subscribe(`${eager.inboxPrefix}.>`);
  second.subscribe(`${calm.inboxPrefix}.>`);
  const codes: string[] = [];
  for (let index = 0; index < 70; index++) {
    const answer = (await first.request(eager, "snapshot")) as { ok: boolean; error?: { code: string } };
    codes.push(answer.error?.code ?? "ok");
  }
  expect(codes.slice(0, 60)).toEqual(Array(60).fill("ok"));
  expect(codes).toContain("rate_limited");
  expect(await second.request(calm, "snapshot")).toMatchObject({ ok: true });
  // Messages have a budget of their own, and nobody is kept from leaving.
  expect(await first.request(eager, "pub-private")).toMatchObject({ error: { code: "not_found" } });
  expect(await first.request(eager, "leave")).toMatchObject({ error: { code: "session_ended" } });
  for (let index = 0; index < 40; index++) await second.request(calm, "pub-private");
  expect(await second.request(calm, "pub-private")).toMatchObject({ error: { code: "rate_limited" } });
  expect(await second.request(calm, "snapshot")).toMatchObject({ ok: true });
  for (const each of clients) await each.close();
});
