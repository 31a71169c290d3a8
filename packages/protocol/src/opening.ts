import { z } from "zod";
import { participantIdSchema, sessionIdSchema } from "./ids.ts";

/** 32 bytes in base64url without padding. */
const bytes32Schema = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
/** 16 bytes in base64url without padding. */
const bytes16Schema = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/);

/**
 * How a session with a passphrase was opened. The first to give one is the opener; the record is never replaced. It
 * goes to admitted people only: who has `openerSalt` and `check` can try passphrases, one Argon2id each.
 *
 * - `openerSalt`: 16 random bytes of the opener's page.
 * - `check`: 32 bytes; equal to one's own exactly if the passphrase is the opener's.
 */
export const openingSchema = z.strictObject({
  openerSalt: bytes16Schema,
  check: bytes32Schema,
  openedBy: z.strictObject({ participantId: participantIdSchema, name: z.string() }),
});
export type Opening = z.infer<typeof openingSchema>;

/**
 * `POST /api/opening`, with the resume cookie of `participantId`: opens the session `sessionId`, which salt and check were
 * made for, before anything else is sent. `not_allowed` for people who may not; `session_replaced` where the room has
 * another session by now, as in a page that has not heard of a restart: join again, and derive anew.
 */
export const openSessionRequestSchema = z.strictObject({
  sessionId: sessionIdSchema,
  participantId: participantIdSchema,
  openerSalt: bytes16Schema,
  check: bytes32Schema,
});
export type OpenSessionRequest = z.infer<typeof openSessionRequestSchema>;

/** The record as it stands, one's own or that of who was first. */
export const openSessionAnswerSchema = z.strictObject({ opening: openingSchema });
export type OpenSessionAnswer = z.infer<typeof openSessionAnswerSchema>;

/**
 * `POST /api/restart`, with the resume cookie of the host `participantId`: the room gets a new session in place of
 * `sessionId`, which ends with reason `restarted`, and which needs to be opened anew. The resume cookies of its
 * participants lead to the new one. `session_replaced` where that has happened already: the order does nothing more.
 */
export const restartRequestSchema = z.strictObject({ sessionId: sessionIdSchema, participantId: participantIdSchema });
export type RestartRequest = z.infer<typeof restartRequestSchema>;
