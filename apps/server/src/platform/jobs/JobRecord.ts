import { jobIdSchema, joiningServiceSchema, roomFeaturesSchema, sessionIdSchema } from "@sotto/protocol";
import { z } from "zod";

const waitingSchema = z.object({
  name: z.literal("waiting"),
  /** Unix milliseconds. */
  since: z.int(),
});

const takenSchema = z.object({
  name: z.literal("taken"),
  leaseHash: z.string(),
  state: z.enum(["taken", "joined", "running"]),
  /** When its worker last said that it is at it, in Unix milliseconds. */
  heardAt: z.int(),
});

/**
 * Something that a worker is to do in a session. Kept in the KV bucket `jobs` under its id until it is done: in memory, like
 * all else of a session.
 */
export const jobRecordSchema = z.object({
  jobId: jobIdSchema,
  kind: joiningServiceSchema,
  sessionId: sessionIdSchema,
  roomId: z.string(),
  roomTitle: z.string(),
  features: roomFeaturesSchema,
  phase: z.discriminatedUnion("name", [waitingSchema, takenSchema]),
  /** It is to come to its end: whoever does it finishes what there is. */
  stopping: z.boolean(),
  /** Which part the worker makes that has it or takes it next. */
  part: z.int().min(1),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;
