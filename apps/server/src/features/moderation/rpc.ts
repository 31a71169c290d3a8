import { moderateRequestSchema } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { Moderation } from "./Moderation.ts";

const requestsPerMinute = 120;

/** `moderate`: what a host orders about somebody, or everybody. It is answered when it holds. */
export function moderationRpc(router: RpcRouter, context: Context): void {
  const { participants, standings } = context;
  const limiter = new RateLimiter(requestsPerMinute);
  const moderation = new Moderation(context);

  router.handle("moderate", async ({ sid, pid }, body) => {
    const request = rpcRequest(body, moderateRequestSchema);
    limiter.spend(pid);
    const caller = await participants.find(sid, pid);
    const room = caller && (await standings.liveRoom(caller));
    if (!room) throw AppError.sessionEnded();
    await moderation.order(request, { room, caller });
    return {};
  });
}
