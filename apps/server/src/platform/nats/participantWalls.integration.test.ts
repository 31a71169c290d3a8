import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RpcRouter } from "./RpcRouter.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats, type TestSeat } from "./testing/startTestNats.ts";

/** What a modified client tries. Every wall here is nats-server's or the control plane's, none the client's. */

let nats: TestNats;
let rpc: RpcRouter;
const handled: string[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  serveSeats(nats);
  rpc = nats.platform.serveRpc(async (sid, pid) => nats.seats.get(`${sid}.${pid}`) ?? null);
  rpc.handle("snapshot", async () => ({ participants: [] }));
  rpc.handle("leave", async ({ pid }) => {
    handled.push(pid);
    return {};
  });
  rpc.handle("resume", async ({ sid, pid }) =>
    nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix: seatOf(sid, pid).inboxPrefix, after: 0 }),
  );
});
afterAll(() => nats[Symbol.asyncDispose]());

function seatOf(sid: string, pid: string): TestSeat {
  const seat = nats.seats.get(`${sid}.${pid}`);
  if (!seat) throw new Error("no such seat");
  return seat;
}

let mallory: TestSeat;
let victim: TestSeat;
let attacker: RawNatsClient;

beforeEach(async () => {
  const sid = newSessionId();
  await nats.platform.streams.create(sid);
  mallory = nats.seat(sid);
  victim = nats.seat(sid);
  attacker = await RawNatsClient.connect(nats.server.websocketUrl, mallory);
  return async () => {
    await attacker.close();
    await nats.platform.streams.delete(sid);
  };
});

async function chat(body: string): Promise<void> {
  const clientMessageId = crypto.getRandomValues(new Uint8Array(16));
  await nats.platform.streams.publish({
    sid: victim.sid,
    pid: victim.pid,
    channel: "chat",
    clientMessageId,
    body: Buffer.from(body),
  });
}

describe("subscribing", () => {
  test.each([
    [">", () => ">"],
    ["everything of every session", () => "m.>"],
    ["everything of its own session", () => `m.${mallory.sid}.>`],
    ["the stream's subjects", () => `m.${mallory.sid}.pub.*.*`],
    ["requests of others", () => `m.${mallory.sid}.rpc.>`],
    ["what is for the victim", () => `m.${mallory.sid}.to.${victim.pid}.>`],
    ["what is for each one", () => `m.${mallory.sid}.to.*.>`],
    ["another session's state", () => `m.${newSessionId()}.state.>`],
    ["every session's state", () => "m.*.state.>"],
    ["the victim's inbox", () => `${victim.inboxPrefix}.>`],
    ["every inbox", () => "_I.*.>"],
    ["library inboxes", () => "_INBOX.>"],
    ["the control plane's inboxes", () => "_C.>"],
    ["the JetStream API", () => "$JS.API.>"],
    ["acks", () => "$JS.ACK.>"],
    ["flow control", () => "$JS.FC.>"],
    ["advisories", () => "$JS.EVENT.>"],
    ["system events", () => "$SYS.>"],
    ["a queue on requests", () => `m.*.rpc.*.* rpc`],
    ["a queue on its own inbox's parent", () => `_I.> q`],
  ])("refuses %s", async (_, subject) => {
    attacker.subscribe(subject());
    await attacker.ping();
    expect(attacker.errors.join()).toMatch(/Permissions Violation for Subscription/);
    // and really nothing comes
    nats.platform.bus.sendTo(victim.sid, victim.pid, "dismissed", { reason: "removed" });
    nats.platform.bus.broadcast(newSessionId(), "ended", { reason: "empty" });
    await chat("private");
    await nats.platform.bus.flush();
    await attacker.ping();
    expect(attacker.messages).toEqual([]);
  });

  test("allows its own inbox, what is for it, and its session's state", async () => {
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    attacker.subscribe(`m.${mallory.sid}.to.${mallory.pid}.>`);
    attacker.subscribe(`m.${mallory.sid}.state.>`);
    await attacker.ping();
    nats.platform.bus.broadcast(mallory.sid, "ended", { reason: "empty" });
    nats.platform.bus.sendTo(mallory.sid, mallory.pid, "dismissed", { reason: "replaced" });
    expect((await attacker.message(`m.${mallory.sid}.state.ended`)).body.toString()).toBe('{"reason":"empty"}');
    expect((await attacker.message(`m.${mallory.sid}.to.`)).body.toString()).toBe('{"reason":"replaced"}');
    expect(attacker.errors).toEqual([]);
  });

  test("refuses more than 24 subscriptions", async () => {
    for (let index = 0; index < 30; index++) attacker.subscribe(`${mallory.inboxPrefix}.r.${index}`);
    await attacker.ping();
    expect(attacker.errors.filter((error) => /maximum subscriptions exceeded/i.test(error))).toHaveLength(6);
  });
});

describe("publishing", () => {
  test.each([
    ["its own durable messages", () => `m.${mallory.sid}.pub.${mallory.pid}.chat`],
    ["the victim's durable messages", () => `m.${mallory.sid}.pub.${victim.pid}.chat`],
    ["state", () => `m.${mallory.sid}.state.ended`],
    ["to somebody", () => `m.${mallory.sid}.to.${victim.pid}.dismissed`],
    ["a request as somebody else", () => `m.${mallory.sid}.rpc.${victim.pid}.leave`],
    ["a request in another session", () => `m.${newSessionId()}.rpc.${mallory.pid}.leave`],
    ["a method that does not exist", () => `m.${mallory.sid}.rpc.${mallory.pid}.become-host`],
    ["into the victim's inbox", () => `${victim.inboxPrefix}.s`],
    ["into its own inbox", () => `${mallory.inboxPrefix}.s`],
    ["purge", () => `$JS.API.STREAM.PURGE.S_${mallory.sid}`],
    ["delete the stream", () => `$JS.API.STREAM.DELETE.S_${mallory.sid}`],
    ["read the stream", () => `$JS.API.STREAM.MSG.GET.S_${mallory.sid}`],
    ["read the stream directly", () => `$JS.API.DIRECT.GET.S_${mallory.sid}`],
    ["deafen the victim", () => `$JS.API.CONSUMER.DELETE.S_${mallory.sid}.${victim.pid}`],
    ["a consumer of its own", () => `$JS.API.CONSUMER.CREATE.S_${mallory.sid}.x`],
    ["next message", () => `$JS.API.CONSUMER.MSG.NEXT.S_${mallory.sid}.${mallory.pid}`],
    ["the victim's flow control", () => `$JS.FC.S_${mallory.sid}.${victim.pid}.x`],
    ["acks", () => `$JS.ACK.S_${mallory.sid}.${mallory.pid}.1.1.1.1.0`],
    ["kick", () => "$SYS.REQ.SERVER.X.KICK"],
    ["the auth callout", () => "$SYS.REQ.USER.AUTH"],
    ["connection lists", () => "$SYS.REQ.ACCOUNT.PING.CONNZ"],
    ["user information", () => "$SYS.REQ.USER.INFO"],
    ["the control plane's state", () => "$KV.participants.x"],
  ])("refuses %s", async (_, subject) => {
    attacker.publish(subject(), "{}", `${mallory.inboxPrefix}.r.x`);
    await attacker.ping();
    expect(attacker.errors.join()).toMatch(/Permissions Violation for Publish/);
    expect(await nats.platform.streams.lastSequence(mallory.sid)).toBe(0);
  });

  test("may not answer what it receives", async () => {
    attacker.subscribe(`m.${mallory.sid}.state.>`);
    await attacker.ping();
    attacker.publish("m.anything.else", "forged");
    await attacker.ping();
    expect(attacker.errors.join()).toMatch(/Permissions Violation for Publish/);
  });
});

describe("requests", () => {
  test("are answered into the caller's inbox", async () => {
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    expect(await attacker.request(mallory, "snapshot")).toEqual({ ok: true, result: { participants: [] } });
  });

  test.each([
    ["the victim's inbox", () => `${victim.inboxPrefix}.r.x`],
    ["the victim's deliveries", () => `${victim.inboxPrefix}.s`],
    ["its own deliveries", () => `${mallory.inboxPrefix}.s`],
    ["its own inbox, not among the answers", () => `${mallory.inboxPrefix}.rx.y`],
    ["state", () => `m.${mallory.sid}.state.ended`],
    ["the victim", () => `m.${mallory.sid}.to.${victim.pid}.dismissed`],
    ["the stream", () => `m.${mallory.sid}.pub.${victim.pid}.chat`],
    ["the JetStream API", () => `$JS.API.STREAM.PURGE.S_${mallory.sid}`],
    ["nobody", () => ""],
  ])("are neither done nor answered with a reply to %s", async (_, reply) => {
    const witness = await RawNatsClient.connect(nats.server.websocketUrl, victim);
    witness.subscribe(`${victim.inboxPrefix}.>`);
    witness.subscribe(`m.${victim.sid}.to.${victim.pid}.>`);
    witness.subscribe(`m.${victim.sid}.state.>`);
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    await witness.ping();
    await chat("history");
    handled.length = 0;

    attacker.publish(`m.${mallory.sid}.rpc.${mallory.pid}.leave`, "", reply());
    expect(await attacker.request(mallory, "snapshot")).toMatchObject({ ok: true });

    await witness.ping();
    expect(handled).toEqual([]);
    expect(witness.messages).toEqual([]);
    expect(attacker.messages).toEqual([]);
    expect(await nats.platform.streams.lastSequence(mallory.sid)).toBe(1);
    await witness.close();
  });

  test("are refused a second time by the control plane, when the connection has rights it lost meanwhile", async () => {
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    mallory.permissions = { ...mallory.permissions, rpc: ["snapshot"] };
    handled.length = 0;
    expect(await attacker.request(mallory, "leave")).toMatchObject({ ok: false, error: { code: "not_allowed" } });
    expect(handled).toEqual([]);
  });

  test("of somebody who is gone are dropped", async () => {
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    nats.seats.delete(`${mallory.sid}.${mallory.pid}`);
    handled.length = 0;
    attacker.publish(`m.${mallory.sid}.rpc.${mallory.pid}.leave`, "", `${mallory.inboxPrefix}.r.x`);
    await attacker.ping();
    // Requests are taken in order: when this one is answered, that one was dropped.
    const other = await RawNatsClient.connect(nats.server.websocketUrl, victim);
    other.subscribe(`${victim.inboxPrefix}.>`);
    await other.request(victim, "snapshot");
    await other.close();
    expect(handled).toEqual([]);
    expect(attacker.messages).toEqual([]);
  });
});

test("headers of a request do not reach the stream", async () => {
  rpc.handle("pub-chat", async ({ sid, pid }, body) =>
    nats.platform.streams.publish({ sid, pid, channel: "chat", clientMessageId: body.subarray(0, 16), body }),
  );
  attacker.subscribe(`${mallory.inboxPrefix}.r.*`);
  attacker.subscribe(`${mallory.inboxPrefix}.s`);
  await attacker.request(mallory, "resume", '{"after":0}');
  await chat("first");
  attacker.publishWithHeaders(
    `m.${mallory.sid}.rpc.${mallory.pid}.pub-chat`,
    { "Nats-Rollup": "all", "Nats-TTL": "1s", "Nats-Msg-Id": `${victim.pid}:0`, "Nats-Expected-Last-Sequence": "7" },
    "0123456789abcdefsecond",
    `${mallory.inboxPrefix}.r.x`,
  );
  expect(JSON.parse((await attacker.message(`${mallory.inboxPrefix}.r.x`)).body.toString())).toEqual({
    ok: true,
    result: { sequence: 2, duplicate: false },
  });
  expect((await attacker.message(`m.${mallory.sid}.pub.`)).body.toString()).toBe("first");
  const stored = await attacker.message(`m.${mallory.sid}.pub.`);
  expect(stored.headers).toBe(
    `NATS/1.0\r\nNats-Msg-Id: ${mallory.pid}:${Buffer.from("0123456789abcdef").toString("hex")}\r\n\r\n`,
  );
});
