import { openingSchema, type Opening } from "@sotto/protocol";
import { z } from "zod";

/** How and when a session with a passphrase was opened. Kept in the KV bucket `openings` under the session id. */
export const openingRecordSchema = openingSchema.extend({ openedAt: z.int() });
export type OpeningRecord = z.infer<typeof openingRecordSchema>;

/** What people are told of it. */
export function openingOf({ openerSalt, check, openedBy }: OpeningRecord): Opening {
  return { openerSalt, check, openedBy };
}
