import { resumeRequestSchema, type endMeetingResultSchema, type ResumeResult } from "@sotto/protocol";
import type { z } from "zod";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";

const resumeExpectation = "resume takes {after: {public, private}}: the last sequences you have, 0 for none";

/** What a participant asks of the session itself: its messages from some point on, to leave, to end it for all. */
export function sessionRpc(router: RpcRouter, { nats, participants, receipts, sessions }: Context): void {
  router.handle("resume", async ({ sid, pid }, body): Promise<ResumeResult> => {
    const { after } = rpcRequest(body, resumeRequestSchema, resumeExpectation);
    const person = await participants.find(sid, pid);
    if (!person?.seat) throw AppError.sessionEnded();
    // What was said before somebody joined is not theirs to read, whatever they ask for.
    // Private messages need no such bound: nobody wrote to somebody who was not there.
    const from = { ...after, public: Math.max(after.public, person.joinedAtSequence) };
    const { inboxPrefix } = person.seat;
    // Told every time, not only to who asks from before the loss: the answer that told of it may not have arrived.
    const [started, until] = await Promise.all([
      nats.streams.startDeliveries({ sid, pid, inboxPrefix, after: from }),
      nats.streams.lostUntil(sid, person.joinedAtSequence),
    ]);
    return { ...started, lost: until === null ? null : { since: person.joinedAt, until } };
  });

  router.handle("leave", async ({ sid, pid }) => {
    await participants.leave(sid, pid);
    return {};
  });

  router.handle("end-meeting", async ({ sid, pid }): Promise<z.infer<typeof endMeetingResultSchema>> => {
    const person = await participants.find(sid, pid);
    if (person?.role !== "host") throw AppError.notAllowed("only hosts end a meeting for all");
    await sessions.beginEnd(person.roomId, "ended_by_host");
    return { receiptToken: receipts.tokens.issue({ roomId: person.roomId, sessionId: sid }) };
  });
}
