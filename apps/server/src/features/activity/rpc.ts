import { activityReportSchema } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";

/** `activity`: what a page says of its own person for the statistics. Nobody else may call it than who is in them. */
export function activityRpc(router: RpcRouter, { activity }: Context): void {
  router.handle("activity", async ({ sid, pid }, body) => {
    activity.report({ sessionId: sid, participantId: pid }, rpcRequest(body, activityReportSchema));
    return {};
  });
}
