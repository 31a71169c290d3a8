import { resendWebhooksRequestSchema, undeliveredRequestSchema, type UndeliveredWebhook } from "@sotto/protocol";
import { homeClientId } from "../../clients/roomScope.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

/** `/webhook/fetchUndelivered`: what was given up, of all clients' rooms; so it is for the operator's own client. */
export const listDeadWebhooks: Endpoint = async (
  { webhooks },
  request,
  client,
): Promise<{ webhooks_list: UndeliveredWebhook[] }> => {
  if (client.id !== homeClientId) throw ManagementError.homeClientOnly();
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

/** `/webhook/resend`: attempts again what was given up; for the operator's own client too. */
export const resendWebhooks: Endpoint = async ({ webhooks }, request, client): Promise<{ resent: number }> => {
  if (client.id !== homeClientId) throw ManagementError.homeClientOnly();
  const { ids } = resendWebhooksRequestSchema.parse(request);
  const resent = await webhooks.resend(ids);
  if (resent === 0) throw ManagementError.notFound("there is no such webhook among those that were given up");
  return { resent };
};
