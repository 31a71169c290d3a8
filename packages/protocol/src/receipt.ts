import { z } from "zod";
import { roomIdSchema, sessionIdSchema } from "./ids.ts";
import { endReasons } from "./roster.ts";

/**
 * The data receipt: what a session held, where each part of it was, and what a look after the end found. Nothing about
 * people beyond their number, no content. `docs/receipts.md` says how to check one without any of this code.
 */

/** Everything of a session that the server holds in a place of its own, and looks for after the end. */
export const receiptParts = [
  "people",
  "messages",
  "private_messages",
  "files",
  "file_list",
  "keys",
  "opening",
  "activity",
  "media_room",
  "connections",
] as const;
export type ReceiptPart = (typeof receiptParts)[number];

/** What no session of this version leaves anywhere, or this one did not have. */
export const receiptAbsences = [
  "server_key",
  "passphrase",
  "stored_media",
  "recording",
  "transcript",
  "analytics",
] as const;
export type ReceiptAbsence = (typeof receiptAbsences)[number];

/** What stays after the end, on purpose; a recording and a transcript where hosts had one made, `webhooks` where somebody is told. */
export const receiptRemainders = [
  "room_record",
  "used_markers",
  "key_markers",
  "past_session",
  "webhooks",
  "receipt",
  "analytics",
  "recording",
  "transcript",
  "logs",
] as const;
export type ReceiptRemainder = (typeof receiptRemainders)[number];

/** What no server can know, or prove about itself. */
export const receiptLimits = ["browsers", "people", "swap", "disk", "network", "operator"] as const;
export type ReceiptLimit = (typeof receiptLimits)[number];

const timeSchema = z.iso.datetime();
const countSchema = z.int().min(0);
const amountSchema = z.object({ count: countSchema, bytes: countSchema });

/**
 * - `signedWith`: RFC 7638 thumbprint of the installation's key.
 * - `meeting.openedAt`: the session id was made; `beganAt`: the first person joined, or a restart replaced the session
 *   before; `endedAt`: the end was claimed, after which nobody joins and nothing is stored.
 * - `counted`: measured at `at`, after the end was claimed and before anything was deleted; null where it could not be.
 *   `people` are those who connected at least once. Bytes of messages are nats-server's own figure: with subject and
 *   headers, and padding where they are encrypted; those of files are of the blobs as they lay there. `files.unfinished`
 *   are uploads that were broken off and deleted. `keys.epochsBegun` is 0 without end-to-end encryption.
 * - `losses`: when the memory that held the session was lost; what was there before a loss is in no count.
 * - `parts`: where each part was, in `copies` copies, and whether it is still there. `unknown`: could not be looked at.
 * - `result`: `gone` exactly if every part is.
 * - `statement`: all of it in English sentences.
 */
export const receiptSchema = z.object({
  type: z.literal("sotto.data-receipt"),
  version: z.literal(1),
  issuedAt: timeSchema,
  signedWith: z.string(),
  meeting: z.object({
    roomId: roomIdSchema,
    sessionId: sessionIdSchema,
    openedAt: timeSchema,
    beganAt: timeSchema,
    endedAt: timeSchema,
    endReason: z.enum(endReasons),
    keyModel: z.enum(["none", "server", "passphrase"]),
  }),
  counted: z.object({
    at: timeSchema,
    people: countSchema.nullable(),
    messages: amountSchema.nullable(),
    privateMessages: amountSchema.nullable(),
    files: amountSchema.extend({ unfinished: countSchema }).nullable(),
    keys: z.object({ serverKey: z.boolean(), epochsBegun: countSchema }).nullable(),
  }),
  losses: z.array(timeSchema),
  neverHeld: z.array(z.enum(receiptAbsences)),
  result: z.enum(["gone", "left"]),
  attempts: z.int().min(1),
  parts: z.array(
    z.object({
      part: z.enum(receiptParts),
      store: z.enum(["nats-server", "livekit-server", "files"]),
      medium: z.enum(["memory", "disk"]),
      copies: z.int().min(1),
      result: z.enum(["gone", "left", "unknown"]),
      checkedAt: timeSchema,
    }),
  ),
  stays: z.array(z.enum(receiptRemainders)),
  cannotKnow: z.array(z.enum(receiptLimits)),
  statement: z.array(z.string()),
});
export type Receipt = z.infer<typeof receiptSchema>;

/**
 * A receipt as it is handed out, one JSON document. `signature.value`: Ed25519 over the RFC 8785 form of `receipt`, in
 * base64url, by the key whose 32 bytes are `publicKey`.
 */
export const signedReceiptSchema = z.object({
  receipt: receiptSchema,
  signature: z.object({ algorithm: z.literal("Ed25519"), publicKey: z.string(), value: z.string() }),
});
export type SignedReceipt = z.infer<typeof signedReceiptSchema>;
