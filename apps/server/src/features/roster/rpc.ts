import type { RosterSnapshot } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";

/** `snapshot`: who is in the session, asked for after each connect; changes follow as `state.participant` events. */
export function rosterRpc(router: RpcRouter, { participants }: Context): void {
  router.handle("snapshot", async ({ sid }): Promise<RosterSnapshot> => ({
    participants: await participants.roster(sid),
  }));
}
