import { z } from "zod";

const amountSchema = z.object({ count: z.int(), bytes: z.int() });

/**
 * What a session held when it ended, counted once, before anything of it is deleted; kept in the room's record, so that a
 * node that goes on with the end later says the same. Null is what could not be counted. Times in Unix milliseconds.
 */
export const stockSchema = z.object({
  at: z.int(),
  people: z.int().nullable(),
  messages: amountSchema.nullable(),
  privateMessages: amountSchema.nullable(),
  files: amountSchema.extend({ unfinished: z.int() }).nullable(),
  keys: z.object({ serverKey: z.boolean(), epochsBegun: z.int() }).nullable(),
});
export type Stock = z.infer<typeof stockSchema>;
