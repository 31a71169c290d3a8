import { epochStagedRequestSchema, type EpochsResult } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rpcRequest } from "../../platform/nats/rpcRequest.ts";
import { epochsOf } from "../../sessions/KeyRecord.ts";

/** The epochs of the session's keys: those one missed, and word that one has staged the newest. */
export function epochsRpc(router: RpcRouter, { epochs, participants }: Context): void {
  router.handle("epochs", async ({ sid, pid }): Promise<EpochsResult> => {
    const [person, keys] = await Promise.all([participants.find(sid, pid), epochs.find(sid)]);
    if (!person || !keys) throw AppError.sessionEnded();
    return { epochs: epochsOf(keys, person.membership), current: keys.current };
  });

  // Whichever node stages the epoch hears of it by itself, see MeetingBus.onEpochStaged.
  router.handle("epoch-staged", async (_caller, body) => {
    rpcRequest(body, epochStagedRequestSchema, "epoch-staged takes {epoch}: the epoch that was staged");
    return {};
  });
}
