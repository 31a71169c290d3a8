import { handRequestSchema } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { raiseHand } from "../../sessions/seats.ts";

const requestsPerMinute = 60;

/** `hand`: the caller's own, up or down. Hosts take down others' with `moderate`. */
export function handsRpc(router: RpcRouter, { activity, participants, standings }: Context): void {
  const limiter = new RateLimiter(requestsPerMinute);

  router.handle("hand", async ({ sid, pid }, body) => {
    const { raised } = rpcRequest(body, handRequestSchema);
    limiter.spend(pid);
    const person = await participants.find(sid, pid);
    const changed = person && (await standings.change(person, (record) => raiseHand(record, raised)));
    if (!changed) throw AppError.sessionEnded();
    if (person.hand === null && changed.value.hand !== null) activity.count(person, "raise_hand", { isTimed: true });
    return {};
  });
}
