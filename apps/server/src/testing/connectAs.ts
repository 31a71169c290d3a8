import { randomBytes } from "node:crypto";
import { subjects, type JoinAnswer, type RpcAnswer, type RpcMethod } from "@sotto/protocol";
import { RawNatsClient } from "../platform/nats/testing/RawNatsClient.ts";

/** A participant's connection through the public `/nats`. */
export interface TestParticipant {
  client: RawNatsClient;
  call(method: RpcMethod, body?: string | Buffer): Promise<RpcAnswer<Record<string, unknown>>>;
  /** Bodies of the events received on a subject so far, as JSON. */
  events(subject: string): Record<string, unknown>[];
}

/** Connects with the seat of a join's answer and subscribes to everything a page does. */
export async function connectAs(answer: JoinAnswer): Promise<TestParticipant> {
  const { nats, sessionId: sid, participantId: pid } = answer;
  const client = await RawNatsClient.connect(nats.url, { sid, pid, secret: nats.secret });
  const own = [
    subjects.deliveries(nats.inboxPrefix, "public"),
    subjects.deliveries(nats.inboxPrefix, "private"),
    `${subjects.replies(nats.inboxPrefix)}.*`,
  ];
  const others = answer.waiting ? [] : [subjects.allState(sid), subjects.allEph(sid)];
  const hosts = answer.role === "host" ? [subjects.allHost(sid)] : [];
  for (const subject of [...own, subjects.allTo(sid, pid), ...others, ...hosts]) client.subscribe(subject);
  await client.ping();
  return {
    client,
    async call(method, body = "") {
      const reply = `${subjects.replies(nats.inboxPrefix)}.${randomBytes(8).toString("hex")}`;
      client.publish(subjects.rpc(sid, pid, method), body, reply);
      const message = await client.message(reply);
      return JSON.parse(message.body.toString()) as RpcAnswer<Record<string, unknown>>;
    },
    events: (subject) =>
      client.messages
        .filter((message) => message.subject === subject)
        .map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>),
  };
}
