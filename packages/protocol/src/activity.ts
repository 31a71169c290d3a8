import { z } from "zod";
import { senderNonceSchema } from "./ids.ts";

/** Nobody speaks, or reacts, for longer than a meeting can last. */
const dayMs = 24 * 3_600_000;
const maxReactions = 1_000_000;

/**
 * What a page says of its own person for the meeting's statistics, where there are some and the person is
 * in them. Nobody else's is told, and nothing of what was said.
 *
 * - `page`: 16 random bytes that the page made for itself; another page begins its sums anew.
 * - `microphone`, `camera`, `screen`: whether others receive it now.
 * - `talkedMs`, `reactions`: how long the person has spoken and how often they have reacted in this page. Sums, so that a
 *   report which is lost or comes twice changes nothing.
 */
const activityReportSchema = z.strictObject({
  page: senderNonceSchema,
  microphone: z.boolean(),
  camera: z.boolean(),
  screen: z.boolean(),
  talkedMs: z.int().min(0).max(dayMs),
  reactions: z.int().min(0).max(maxReactions),
});
export type ActivityReport = z.infer<typeof activityReportSchema>;

/**
 * rpc `activity`: a report, or that the caller is in the statistics no more: what was noted of them is deleted, under all of
 * their seats in the session, and from then on they may not call this.
 */
export const activityRequestSchema = z.union([activityReportSchema, z.strictObject({ included: z.literal(false) })]);
export type ActivityRequest = z.infer<typeof activityRequestSchema>;
