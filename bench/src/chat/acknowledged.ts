import { randomBytes } from "node:crypto";
import { headers, wsconnect, type NatsConnection } from "@nats-io/nats-core";
import { rpcAnswerSchema, streamName, subjects, type JoinAnswer } from "@sotto/protocol";
import { inParallel } from "../inParallel.ts";

/** Somebody who stores messages. */
export interface Storer {
  /** Stores one, and resolves when that is acknowledged. */
  store: () => Promise<void>;
  close: () => Promise<void>;
}

const answerTimeoutMs = 10_000;
/** A sealed message of one block, with its id in front. */
const bodyBytes = 16 + 41 + 1024 + 16;

/** `pub-chat` through the control plane, as a participant. */
export async function sottoStore(answer: JoinAnswer): Promise<Storer> {
  const { sessionId, participantId, nats } = answer;
  const user = `${sessionId}.${participantId}`;
  const connection = await wsconnect({ servers: nats.url, user, pass: nats.secret, reconnect: false });
  const pending = new Map<string, PromiseWithResolvers<unknown>>();
  connection.subscribe(`${subjects.replies(nats.inboxPrefix)}.*`, {
    callback: (_error, message) => pending.get(message.subject)?.resolve(message.json()),
  });
  const subject = subjects.rpc(sessionId, participantId, "pub-chat");
  const store = async () => {
    const body = randomBytes(bodyBytes);
    body[16] = 1; // sealed
    const reply = `${subjects.replies(nats.inboxPrefix)}.${randomBytes(8).toString("hex")}`;
    const answered = Promise.withResolvers<unknown>();
    pending.set(reply, answered);
    connection.publish(subject, body, { reply });
    const said = rpcAnswerSchema.parse(await answered.promise);
    pending.delete(reply);
    if (!said.ok) throw new Error(said.error.message);
  };
  return { store, close: () => connection.close() };
}

/** A stream with the settings of a session's, on a nats-server that asks nobody. */
export async function makeBareStream(url: string): Promise<void> {
  const connection = await wsconnect({ servers: url, reconnect: false });
  const name = streamName("bench", "public");
  const settings = {
    name,
    subjects: ["m.bench.pub.*.*"],
    retention: "limits",
    storage: "memory",
    num_replicas: 1,
    discard: "new",
    discard_new_per_subject: true,
    max_msgs_per_subject: 100_000,
    max_bytes: 256 * 1024 * 1024,
    max_msg_size: 33 * 1024,
    duplicate_window: 120_000_000_000,
    deny_delete: true,
    deny_purge: true,
  };
  const answer = (await connection.request(`$JS.API.STREAM.CREATE.${name}`, JSON.stringify(settings))).json<{
    error?: { description: string };
  }>();
  if (answer.error) throw new Error(answer.error.description);
  await connection.close();
}

/** Straight into such a stream, as a JetStream client publishes. */
export async function bareStore(url: string, index: number): Promise<Storer> {
  const connection: NatsConnection = await wsconnect({ servers: url, reconnect: false });
  const store = async () => {
    const withId = headers();
    withId.set("Nats-Msg-Id", `${index}:${randomBytes(16).toString("hex")}`);
    const answer = await connection.request(`m.bench.pub.p${index}.chat`, randomBytes(bodyBytes), {
      headers: withId,
      timeout: answerTimeoutMs,
    });
    const { error } = answer.json<{ error?: { description: string } }>();
    if (error) throw new Error(error.description);
  };
  return { store, close: () => connection.close() };
}

/** How long each message took, one after the other. */
export async function oneByOne({ store }: Storer, count: number): Promise<number[]> {
  const { durationsMs, failures } = await inParallel(Array.from({ length: count }), 1, store);
  refuse(failures);
  return durationsMs;
}

/** How many a second, with two in flight at each. */
export async function allAtOnce(storers: readonly Storer[], each: number): Promise<number> {
  const start = performance.now();
  const runs = await Promise.all(storers.map(({ store }) => inParallel(Array.from({ length: each }), 2, store)));
  refuse(runs.flatMap(({ failures }) => failures));
  return (storers.length * each) / ((performance.now() - start) / 1000);
}

function refuse(failures: readonly unknown[]): void {
  if (failures.length > 0) throw new Error(`${failures.length} messages were not stored`, { cause: failures[0] });
}
