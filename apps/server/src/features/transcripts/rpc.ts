import { consentTo, transcriptRequestSchema } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { serviceStatesOf } from "../../sessions/ServiceRun.ts";

/** `transcript`: what a transcriber heard, for the file that the room asked for. Of whoever agreed, and of nobody else. */
export function transcriptsRpc(router: RpcRouter, { participants, sessions, transcripts }: Context): void {
  router.handle("transcript", async ({ sid, pid }, body) => {
    const { lines } = rpcRequest(body, transcriptRequestSchema);
    const caller = await participants.find(sid, pid);
    const room = caller && (await sessions.room(caller.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    const { transcription } = serviceStatesOf(room.services);
    const named = await Promise.all(
      lines.map(async ({ participantId, ...line }) => {
        const speaker = await participants.find(sid, participantId);
        const agreed = speaker !== null && consentTo("transcription", speaker.consents, transcription) === true;
        return agreed ? [{ ...line, name: speaker.name }] : [];
      }),
    );
    if (named.flat().length > 0) await transcripts.append({ roomId: room.roomId, sessionId: sid }, named.flat());
    return {};
  });
}
