import { z } from "zod";

/*
 * How a receipt is asked for. In a file of its own: every page of the client has this, and only few pages the receipt.
 */

/** `GET /api/receipt-key`: the key that the installation signs receipts with, as JWK and PEM. `fingerprint`: RFC 7638. */
export const receiptKeySchema = z.object({
  fingerprint: z.string(),
  key: z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() }),
  pem: z.string(),
});
export type ReceiptKeyAnswer = z.infer<typeof receiptKeySchema>;

/** Bytes that no receipt comes near. */
const maxReceiptChars = 64 * 1024;

/**
 * `GET /api/receipt` with `Authorization: Bearer <receipt token>`: 202 and `checking` until the session's end was
 * verified, then `ready`. `document` is the text to keep; parsed, it is a `SignedReceipt`. One that says `left` may
 * be replaced by a later one. `not_found` where there is none, and none will come.
 */
export const receiptAnswerSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("checking") }),
  z.object({ status: z.literal("ready"), document: z.string().max(maxReceiptChars) }),
]);
export type ReceiptAnswer = z.infer<typeof receiptAnswerSchema>;

/** `m.<sid>.to.<pid>.receipt`: to each host just before `ended`; good for ten minutes of `GET /api/receipt`. */
export const receiptEventSchema = z.object({ token: z.string() });
export type ReceiptEvent = z.infer<typeof receiptEventSchema>;

/** Result of rpc `end-meeting`: the same token, for the host who is off before that arrives. */
export const endMeetingResultSchema = z.object({ receiptToken: z.string().optional() });
