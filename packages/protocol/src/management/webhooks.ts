import { z } from "zod";
import { wireInteger } from "./wireObject.ts";

const maxListed = 100;

/** `POST /auth/webhook/fetchUndelivered`, after `canonicalObject`. */
export const undeliveredRequestSchema = z.strictObject({
  limit: wireInteger.default(0).transform((limit) => Math.min(limit || maxListed, maxListed)),
});

/** `POST /auth/webhook/resend`, after `canonicalObject`: of these events, of all where there are none. */
export const resendWebhooksRequestSchema = z.strictObject({ ids: z.array(z.uuid()).max(1000).default([]) });

/**
 * One of `webhooks_list`: a webhook that was given up. `id` is the event's; `target` is scheme, host and port, since what
 * follows may be secret; `fault` is such as `status_503`, `timeout`, `address_not_allowed`.
 */
export const undeliveredWebhookSchema = z.strictObject({
  id: z.string(),
  event: z.string(),
  room_id: z.string(),
  target: z.string(),
  created: z.string(),
  attempts: z.int(),
  fault: z.string(),
});
export type UndeliveredWebhook = z.infer<typeof undeliveredWebhookSchema>;
