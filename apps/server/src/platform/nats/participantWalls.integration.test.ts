import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RpcRouter } from "./RpcRouter.ts";
import { RawNatsClient } from "./testing/RawNatsClient.ts";
import { newSessionId, serveSeats, startTestNats, type TestNats, type TestSeat } from "./testing/startTestNats.ts";

const start = { public: 0, private: 0 };

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
    nats.platform.streams.startDeliveries({ sid, pid, inboxPrefix: seatOf(sid, pid).inboxPrefix, after: start }),
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

/** From the victim to a friend of theirs, who is in the session too. */
async function whisper(body: string): Promise<TestSeat> {
  const friend = nats.seat(victim.sid);
  const clientMessageId = crypto.getRandomValues(new Uint8Array(16));
  const { sid, pid } = victim;
  await nats.platform.streams.publishPrivate({ sid, pid, peer: friend.pid, clientMessageId, body: Buffer.from(body) });
  return friend;
}

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
    ["the private stream's subjects", () => `m.${mallory.sid}.dm.*.*`],
    ["private messages to the victim", () => `m.${mallory.sid}.dm.*.${victim.pid}`],
    ["private messages of the victim", () => `m.${mallory.sid}.dm.${victim.pid}.*`],
    ["private messages to itself, from the stream", () => `m.${mallory.sid}.dm.*.${mallory.pid}`],
    ["every session's private messages", () => "m.*.dm.>"],
    ["private messages by a wildcard in the kind", () => `m.${mallory.sid}.*.*.${victim.pid}`],
    ["the victim's private deliveries", () => `${victim.inboxPrefix}.d`],
    ["everybody's private deliveries", () => "_I.*.d"],
    ["another session's reactions", () => `m.${newSessionId()}.eph.*.*`],
    ["every session's reactions", () => "m.*.eph.*.*"],
    ["reactions, and whatever is below", () => `m.${mallory.sid}.eph.>`],
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
    await chat("public");
    await whisper("private");
    await nats.platform.bus.flush();
    await attacker.ping();
    expect(attacker.messages).toEqual([]);
  });

  test("allows its own inbox, what is for it, and its session's state", async () => {
    attacker.subscribe(`${mallory.inboxPrefix}.>`);
    attacker.subscribe(`m.${mallory.sid}.to.${mallory.pid}.>`);
    attacker.subscribe(`m.${mallory.sid}.state.>`);
    attacker.subscribe(`m.${mallory.sid}.eph.*.*`);
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
    ["a private message of its own", () => `m.${mallory.sid}.dm.${mallory.pid}.${victim.pid}`],
    ["a private message as the victim", () => `m.${mallory.sid}.dm.${victim.pid}.${mallory.pid}`],
    ["into its own private deliveries", () => `${mallory.inboxPrefix}.d`],
    ["into the victim's private deliveries", () => `${victim.inboxPrefix}.d`],
    ["a reaction as the victim", () => `m.${mallory.sid}.eph.${victim.pid}.reactions`],
    ["a reaction in another session", () => `m.${newSessionId()}.eph.${mallory.pid}.reactions`],
    ["a reaction below its own channel", () => `m.${mallory.sid}.eph.${mallory.pid}.reactions.x`],
    ["an ephemeral channel that does not exist", () => `m.${mallory.sid}.eph.${mallory.pid}.chat`],
    ["a request of the victim's for private messages", () => `m.${mallory.sid}.rpc.${victim.pid}.pub-private`],
    ["purge the private stream", () => `$JS.API.STREAM.PURGE.D_${mallory.sid}`],
    ["delete the private stream", () => `$JS.API.STREAM.DELETE.D_${mallory.sid}`],
    ["read the private stream", () => `$JS.API.STREAM.MSG.GET.D_${mallory.sid}`],
    ["deafen the victim in private", () => `$JS.API.CONSUMER.DELETE.D_${mallory.sid}.${victim.pid}`],
    ["a private consumer of its own", () => `$JS.API.CONSUMER.CREATE.D_${mallory.sid}.${mallory.pid}`],
    ["the victim's private flow control", () => `$JS.FC.D_${mallory.sid}.${victim.pid}.x`],
    ["another session's flow control", () => `$JS.FC.D_${newSessionId()}.${mallory.pid}.x`],
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

  test("allows the ephemeral channels that the permissions name, as oneself, and no others", async () => {
    const quiet = nats.seat(mallory.sid, { ...mallory.permissions, ephemeral: ["reactions"] });
    const client = await RawNatsClient.connect(nats.server.websocketUrl, quiet);
    attacker.subscribe(`m.${mallory.sid}.eph.*.*`);
    await attacker.ping();
    client.publish(`m.${quiet.sid}.eph.${quiet.pid}.typing`, "typing");
    client.publish(`m.${quiet.sid}.eph.${quiet.pid}.reactions`, "reaction");
    await client.ping();
    expect(client.errors).toEqual([expect.stringContaining(`${quiet.pid}.typing`)]);
    const reaction = await attacker.message(`m.${quiet.sid}.eph.`);
    expect([reaction.subject, reaction.body.toString()]).toEqual([
      `m.${quiet.sid}.eph.${quiet.pid}.reactions`,
      "reaction",
    ]);
    expect(attacker.messages).toEqual([]);
    await client.close();
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

test("private messages of others do not come over its own deliveries, from the start or on resuming", async () => {
  attacker.subscribe(`${mallory.inboxPrefix}.>`);
  attacker.subscribe(`${mallory.inboxPrefix}.s`);
  attacker.subscribe(`${mallory.inboxPrefix}.d`);
  const before = await whisper("before");
  await attacker.request(mallory, "resume", JSON.stringify({ after: start }));
  await whisper("while");
  await attacker.request(mallory, "resume", JSON.stringify({ after: start }));
  const toMallory = { sid: victim.sid, pid: victim.pid, peer: mallory.pid, body: Buffer.from("for mallory") };
  await nats.platform.streams.publishPrivate({ ...toMallory, clientMessageId: new Uint8Array(16) });

  // The friend gets them: that they do not come here is not because they were never delivered.
  const friend = await RawNatsClient.connect(nats.server.websocketUrl, before);
  friend.subscribe(`${before.inboxPrefix}.r.*`);
  friend.subscribe(`${before.inboxPrefix}.d`);
  await friend.request(before, "resume", JSON.stringify({ after: start }));
  expect((await friend.message(`m.${victim.sid}.dm.`)).body.toString()).toBe("before");
  await friend.close();

  expect((await attacker.message(`m.${mallory.sid}.dm.`)).body.toString()).toBe("for mallory");
  await attacker.ping();
  expect(attacker.messages.filter(({ subject }) => subject.includes(".dm.") && !subject.includes(mallory.pid))).toEqual(
    [],
  );
  expect(JSON.stringify(attacker.messages.map(({ body }) => body.toString()))).not.toMatch(/before|while/);
});

test("headers of a request do not reach the stream", async () => {
  rpc.handle("pub-chat", async ({ sid, pid }, body) =>
    nats.platform.streams.publish({ sid, pid, channel: "chat", clientMessageId: body.subarray(0, 16), body }),
  );
  attacker.subscribe(`${mallory.inboxPrefix}.r.*`);
  attacker.subscribe(`${mallory.inboxPrefix}.s`);
  await attacker.request(mallory, "resume", JSON.stringify({ after: start }));
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
