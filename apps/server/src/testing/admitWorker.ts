import type { Job, JoiningService, RpcMethod } from "@sotto/protocol";
import type { TestWorker } from "./connectWorker.ts";
import type { Person } from "./enter.ts";
import { eventually } from "./eventually.ts";

/** Calls a method; throws where that is refused. */
export async function demand(person: Person, method: RpcMethod, body: object): Promise<void> {
  const answer = await person.call(method, JSON.stringify(body));
  if (!answer.ok) throw new Error(answer.error.message);
}

/** A host who is alone in a meeting starts a service and agrees; a worker takes the job and gets a token for it. */
export async function admitWorker(
  worker: TestWorker,
  host: Person,
  service: JoiningService = "recording",
): Promise<{ job: Job; token: string }> {
  await demand(host, "service", { service, action: "start" });
  const snapshot = await host.call("snapshot");
  const { room } = (snapshot.ok ? snapshot.result : {}) as { room: Record<JoiningService, { jobId: string }> };
  const { jobId } = room[service];
  await demand(host, "guarded", { service, jobId });
  await demand(host, "consent", { service, jobId, agreed: true });
  const job = await eventually(() => worker.take(service));
  const { token } = await worker.ask<{ token: string }>("token", { jobId: job.jobId, lease: job.lease });
  return { job, token };
}
