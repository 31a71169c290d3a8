import {
  consentRequestSchema,
  guardedRequestSchema,
  localRecordingRequestSchema,
  serviceRequestSchema,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import type { RpcCaller, RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { participantKey } from "../../sessions/ParticipantRecord.ts";
import { answer, guard, recordLocally } from "../../sessions/seats.ts";

const requestsPerMinute = 60;

/** What hosts start and stop, what pages and people answer to it, and who records on their own device. */
export function servicesRpc(router: RpcRouter, { participants, services, standings, state }: Context): void {
  const limiter = new RateLimiter(requestsPerMinute);
  const callerIn = async ({ sid, pid }: RpcCaller) => {
    limiter.spend(pid);
    const caller = await participants.find(sid, pid);
    const room = caller && (await standings.liveRoom(caller));
    if (!room) throw AppError.sessionEnded();
    return { caller, room };
  };

  router.handle("service", async (from, body) => {
    const { service, action } = rpcRequest(body, serviceRequestSchema);
    const { caller, room } = await callerIn(from);
    await (action === "start" ? services.start(room, service, caller) : services.stop(room, service));
    return {};
  });

  router.handle("guarded", async (from, body) => {
    const { jobId } = rpcRequest(body, guardedRequestSchema);
    const { caller } = await callerIn(from);
    // Nobody sees a difference, so nobody is told: in a large meeting everybody says this at the same time.
    const key = participantKey(caller.sessionId, caller.participantId);
    await state.participants.mutate(key, (record) => guard(record, jobId));
    return {};
  });

  router.handle("consent", async (from, body) => {
    const request = rpcRequest(body, consentRequestSchema);
    const { caller } = await callerIn(from);
    // Whoever agrees has nothing to keep; whoever does not says `guarded` when it is so.
    const changed = await standings.change(caller, (record) =>
      answer(request.agreed ? guard(record, request.jobId) : record, request),
    );
    if (changed === null) throw AppError.sessionEnded();
    return {};
  });

  router.handle("local-recording", async (from, body) => {
    const { on } = rpcRequest(body, localRecordingRequestSchema);
    const { caller } = await callerIn(from);
    if ((await standings.change(caller, (record) => recordLocally(record, on))) === null) throw AppError.sessionEnded();
    return {};
  });
}
