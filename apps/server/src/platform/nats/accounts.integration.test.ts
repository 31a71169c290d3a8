import { nkeyAuthenticator, PermissionViolationError, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { workerInboxRoot } from "@sotto/protocol";
import { serviceAccess, serviceInbox, type Service } from "./accounts.ts";
import { startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;

beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats[Symbol.asyncDispose]());

function connectAs(service: Service): Promise<NatsConnection> {
  return connect({
    servers: nats.server.server,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(nats.keys[service])),
    inboxPrefix: service === "worker" ? `${workerInboxRoot}.x` : serviceInbox(service),
  });
}

const forbidden: Record<Service, string[]> = {
  rpc: ["m.s.pub.p.chat", "m.s.rpc.p.leave", "_I.x.s", "_C.streams.x", "$JS.API.STREAM.DELETE.S_s", "$JS.API.INFO"],
  streams: [
    "m.s.state.ended",
    "m.s.to.p.dismissed",
    "_I.x.r.y",
    "$JS.API.STREAM.PURGE.S_s",
    "$JS.API.STREAM.UPDATE.S_s",
  ],
  state: [
    "m.s.state.ended",
    "$JS.API.STREAM.DELETE.KV_x",
    "$JS.API.STREAM.UPDATE.KV_x",
    "$JS.API.STREAM.MSG.DELETE.KV_x",
  ],
  system: [
    "$SYS.REQ.SERVER.X.RELOAD",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.ACCOUNT.CORE.CONNZ",
    "$SYS.ACCOUNT.MEET.DISCONNECT",
  ],
  auth: ["$SYS.REQ.USER.AUTH", "_INBOX.x", "$SYS.REQ.SERVER.PING", "$JS.API.INFO"],
  jobs: ["j.take", "j.stored", "m.s.state.ended", "_I.x.r.y", "_C.state.x", "$JS.API.INFO", "$KV.rooms.x"],
  worker: [
    "j.news",
    "j.unknown",
    "_W.x.y",
    "_C.jobs.x",
    "m.s.rpc.p.leave",
    "m.s.state.ended",
    "m.s.to.p.dismissed",
    "$KV.rooms.x",
    "$KV.keys.x",
    "$JS.API.INFO",
    "$JS.API.STREAM.CREATE.x",
    "$JS.API.CONSUMER.MSG.NEXT.x.y",
    "$JS.ACK.x",
    "$SYS.REQ.SERVER.PING",
  ],
};

test.each(Object.keys(serviceAccess) as Service[])("the connection %s may not more than it needs", async (service) => {
  const connection = await connectAs(service);
  const refused: string[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === "error" && status.error instanceof PermissionViolationError)
        refused.push(status.error.subject);
    }
  })();
  for (const subject of forbidden[service]) connection.publish(subject);
  await expect.poll(() => refused).toEqual(forbidden[service]);
  for (const subject of [">", "m.>", "_I.>", "_INBOX.>", "$KV.>", "$SYS.>", "_C.>", "j.>"]) {
    const subscription = connection.subscribe(subject);
    await expect(subscription.closed).resolves.toBeInstanceOf(PermissionViolationError);
  }
  await connection.close();
});

test("the control plane's keys open nothing over the WebSocket", async () => {
  const socket = new WebSocket(nats.server.websocketUrl);
  const said = Promise.withResolvers<string>();
  const authenticate = nkeyAuthenticator(new TextEncoder().encode(nats.keys.state));
  socket.on("message", (data: Buffer) => {
    const text = data.toString();
    if (!text.startsWith("INFO ")) return said.resolve(text);
    const { nonce } = JSON.parse(text.slice(5)) as { nonce: string };
    socket.send(Buffer.from(`CONNECT ${JSON.stringify({ protocol: 1, ...authenticate(nonce) })}\r\nPING\r\n`));
  });
  expect(await said.promise).toMatch(/Authorization Violation/);
  socket.terminate();
});
