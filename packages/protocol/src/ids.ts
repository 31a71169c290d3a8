import { z } from "zod";

/** Session id: 22 characters, base64url of 16 random bytes. Made by the server; used as this text everywhere, keys included. */
export const sessionIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/, "a session id is 22 base64url characters");

/** Participant id: `p_` and 16 base64url characters (12 random bytes). Made by the server at join, never derived from a name. */
export const participantIdSchema = z
  .string()
  .regex(/^p_[A-Za-z0-9_-]{16}$/, "a participant id is p_ and 16 base64url characters");

/** Bytes of a participant id. */
export const participantIdBytes = 18;

/** Sender nonce: 16 random bytes in base64url without padding (22 characters), new for every POST /api/join. */
export const senderNonceSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, "senderNonce is 16 random bytes in base64url without padding (22 characters)");

/** Room id as integrators choose it. */
export const roomIdSchema = z
  .string()
  .min(1, "room_id is required")
  .max(128, "room_id has at most 128 characters")
  .regex(/^[a-zA-Z0-9-_]+$/, "room_id may only contain letters, digits, - and _");

/** The media identity of one page of one participant: `pid.senderNonce`. */
export function mediaIdentity(participantId: string, senderNonce: string): string {
  return `${participantId}.${senderNonce}`;
}
