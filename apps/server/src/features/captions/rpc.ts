import { captionsBlockBytes, captionsBodySchema, e2eeModelOf, refusalOf, type CaptionsEvent } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { plainBodyOf, requireSealed } from "../../platform/nats/wireMessage.ts";

/**
 * `captions`: what a transcriber heard, passed on to everybody and kept nowhere. Who may call it is decided with the other
 * permissions. In encrypted rooms it is ciphertext here: the server sees when somebody's words came, and about how many.
 */
export function captionsRpc(router: RpcRouter, { nats, participants, sessions }: Context): void {
  router.handle("captions", async ({ sid, pid }, body) => {
    const caller = await participants.find(sid, pid);
    const room = caller && (await sessions.room(caller.roomId));
    if (room?.sessionId !== sid) throw AppError.sessionEnded();
    const refusal = refusalOf("transcription", room.features);
    if (refusal !== null) throw AppError.serviceRefused("transcription", refusal);
    if (e2eeModelOf(room.features) !== "none") requireSealed(body, captionsBlockBytes);
    else rpcRequest(plainBodyOf(body), captionsBodySchema, "these are no captions");
    const event: CaptionsEvent = { participantId: pid, wire: Buffer.from(body).toString("base64") };
    nats.bus.broadcast(sid, "captions", event);
    return {};
  });
}
