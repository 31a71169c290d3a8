import { resendWebhooksRequestSchema, undeliveredRequestSchema, type UndeliveredWebhook } from "@sotto/protocol";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

/** `/webhook/fetchUndelivered`: what was given up. */
export const listDeadWebhooks: Endpoint = async (
  { webhooks },
  request,
): Promise<{ webhooks_list: UndeliveredWebhook[] }> => {
  const { limit } = undeliveredRequestSchema.parse(request);
  const dead = await webhooks.dead(limit);
  if (dead.length === 0) throw ManagementError.notFound("every webhook was delivered, or is still attempted");
  return {
    webhooks_list: dead.map(({ eventId, event, roomId, origin, created, attempts, lastFault }) => ({
      id: eventId,
      event,
      room_id: roomId,
      target: origin ?? "",
      created: created.toISOString(),
      attempts,
      fault: lastFault ?? "",
    })),
  };
};

/** `/webhook/resend`: attempts again what was given up. */
export const resendWebhooks: Endpoint = async ({ webhooks }, request): Promise<{ resent: number }> => {
  const { ids } = resendWebhooksRequestSchema.parse(request);
  const resent = await webhooks.resend(ids);
  if (resent === 0) throw ManagementError.notFound("there is no such webhook among those that were given up");
  return { resent };
};
