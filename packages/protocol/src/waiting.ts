import { z } from "zod";
import { participantIdSchema } from "./ids.ts";

/** Largest text of a host's message to people who wait, in characters. They have no key: the server can read it. */
export const maxWaitingMessageLength = 500;

/**
 * Somebody in the waiting room, as hosts see them: `m.<sid>.host.waiting` and part of a host's snapshot. `since`: Unix
 * milliseconds. `revision` as in the roster.
 */
export const waitingEntrySchema = z.object({
  participantId: participantIdSchema,
  name: z.string(),
  since: z.int(),
  revision: z.int(),
});
export type WaitingEntry = z.infer<typeof waitingEntrySchema>;

/** `m.<sid>.host.waiting`: an entry changed, or its person does not wait any more (`entry: null`). */
export const waitingEventSchema = z.object({
  participantId: participantIdSchema,
  revision: z.int(),
  entry: waitingEntrySchema.nullable(),
});
export type WaitingEvent = z.infer<typeof waitingEventSchema>;

/**
 * rpc `admission`, for hosts.
 *
 * - `admit`: one person, or null for all who wait. `room_full` where there is no place left.
 * - `refuse`: they are told, and out.
 * - `message`: a text to one person who waits, or null for all.
 */
export const admissionRequestSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("admit"), participantId: participantIdSchema.nullable() }),
  z.strictObject({ action: z.literal("refuse"), participantId: participantIdSchema }),
  z.strictObject({
    action: z.literal("message"),
    participantId: participantIdSchema.nullable(),
    text: z.string().trim().min(1, "a message has a text").max(maxWaitingMessageLength),
  }),
]);
export type AdmissionRequest = z.infer<typeof admissionRequestSchema>;

/**
 * `m.<sid>.to.<pid>.waiting`, to somebody who waits. `admitted`: ask `POST /api/join` again with the resume cookie; the
 * answer is that of somebody who is in. Whoever may have missed it asks again at each connect.
 */
export const waitingNewsSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("admitted") }),
  z.object({ kind: z.literal("message"), text: z.string(), from: z.string() }),
]);
export type WaitingNews = z.infer<typeof waitingNewsSchema>;
