import { randomBytes } from "node:crypto";
import { nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import {
  jobSubjects,
  workerInboxRoot,
  type Job,
  type JobMethod,
  type JoiningService,
  type RpcAnswer,
} from "@sotto/protocol";
import type { TestServer } from "./startTestServer.ts";

/** Whoever has the workers' seed, and says to the control plane what they like. */
export interface TestWorker extends AsyncDisposable {
  connection: NatsConnection;
  /** Any body; text is sent as it is. Throws an error with the code where it is refused. */
  ask<T = object>(method: JobMethod, body: unknown): Promise<T>;
  /** The next job of that kind; null where there is none. */
  take(kind?: JoiningService): Promise<Job | null>;
}

export async function connectWorker({ context, secrets }: TestServer): Promise<TestWorker> {
  const connection = await connect({
    servers: context.endpoints.natsServers,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(secrets.nats.worker)),
    inboxPrefix: `${workerInboxRoot}.${randomBytes(16).toString("hex")}`,
  });
  const ask: TestWorker["ask"] = async <T>(method: JobMethod, body: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const message = await connection.request(jobSubjects.request(method), text, { timeout: 5_000 });
    const answer = message.json<RpcAnswer<T>>();
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.result;
  };
  return {
    connection,
    ask,
    take: async (kind = "recording") => (await ask<{ job: Job | null }>("take", { kind })).job,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
