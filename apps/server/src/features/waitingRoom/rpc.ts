import { admissionRequestSchema } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";

const requestsPerMinute = 120;

/** `admission`: what a host decides about people who wait. */
export function waitingRoomRpc(router: RpcRouter, { participants, standings, waitingRoom }: Context): void {
  const limiter = new RateLimiter(requestsPerMinute);

  router.handle("admission", async ({ sid, pid }, body) => {
    const request = rpcRequest(body, admissionRequestSchema);
    limiter.spend(pid);
    const caller = await participants.find(sid, pid);
    const room = caller && (await standings.liveRoom(caller));
    if (!room) throw AppError.sessionEnded();
    switch (request.action) {
      case "admit":
        await waitingRoom.admit(room, request.participantId);
        break;
      case "refuse":
        await waitingRoom.refuse(room, request.participantId);
        break;
      case "message": {
        // Who is hidden is named to nobody.
        const from = caller.hidden ? room.title : caller.name;
        await waitingRoom.message(room, request.participantId, { text: request.text, from });
        break;
      }
    }
    return {};
  });
}
