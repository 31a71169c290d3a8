import { activityRequestSchema, type UserMetadata } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcCaller, RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import type { ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { knownAs } from "../../sessions/person.ts";

/**
 * `activity`: what a page says of its own person for the statistics, and that they want to be in them no more. Nobody else
 * may call it than who is in them.
 */
export function activityRpc(router: RpcRouter, context: Context): void {
  router.handle("activity", async (caller, body) => {
    const request = rpcRequest(body, activityRequestSchema);
    if ("included" in request) await leaveStatistics(context, caller);
    else context.activity.report({ sessionId: caller.sid, participantId: caller.pid }, request);
    return {};
  });
}

/** Resolves when nothing is left of what was noted of the person, under whichever seat, and nothing is noted any more. */
async function leaveStatistics({ activity, participants, standings }: Context, { sid, pid }: RpcCaller): Promise<void> {
  const person = await participants.find(sid, pid);
  const room = person && (await standings.liveRoom(person));
  if (!person || !room) throw AppError.sessionEnded();
  const user_metadata = JSON.parse(person.metadata) as UserMetadata;
  const userId = knownAs(room, { sub: person.userId, user_metadata });
  await activity.forgetUser(userId, { sessionId: sid });
  if ((await standings.change(person, outOfStatistics, { isCaller: true })) === null) throw AppError.sessionEnded();
  // Of somebody who had only just come, it may have been noted meanwhile that they did.
  await activity.forgetUser(userId, { sessionId: sid });
}

function outOfStatistics(record: ParticipantRecord): ParticipantRecord {
  return record.inAnalytics ? { ...record, inAnalytics: false } : record;
}
