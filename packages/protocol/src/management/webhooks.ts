import { z } from "zod";
import { wireInteger } from "./wireObject.ts";

const maxListed = 100;

/** `POST /auth/webhook/fetchUndelivered`, after `canonicalObject`. */
export const undeliveredRequestSchema = z.strictObject({
  limit: wireInteger.default(0).transform((limit) => Math.min(limit || maxListed, maxListed)),
});

/** `POST /auth/webhook/resend`, after `canonicalObject`: of these events, of all where there are none. */
export const resendWebhooksRequestSchema = z.strictObject({ ids: z.array(z.uuid()).max(1000).default([]) });

/** One of `webhooks_list`: a webhook that was given up. */
export interface UndeliveredWebhook {
  /** The event's. */
  id: string;
  event: string;
  room_id: string;
  /** Scheme, host and port; what follows may be secret. */
  target: string;
  created: string;
  attempts: number;
  /** Such as `status_503`, `timeout`, `address_not_allowed`. */
  fault: string;
}
