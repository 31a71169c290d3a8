import { z } from "zod";

/** Every error code that crosses a process boundary: `{ error: { code, message } }` over HTTP and in rpc answers. */
export const errorCodes = [
  // the request itself
  "body_invalid",
  "body_too_large",
  "rate_limited",
  "not_found",
  "not_allowed",
  // join tokens and resuming
  "token_missing",
  "token_invalid",
  "token_expired",
  "token_not_yet_valid",
  "token_used",
  "resume_invalid",
  "resume_used",
  "removed",
  // rooms and sessions
  "room_not_found",
  "room_full",
  "storage_full",
  "session_ended",
  "session_replaced",
  "not_opened",
  "guests_disabled",
  // services that need what the server may not have, or nobody agreed to
  "key_model_forbids",
  "feature_disabled",
  "consent_missing",
  // the installation
  "unavailable",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const errorBodySchema = z.object({
  error: z.object({ code: z.enum(errorCodes), message: z.string() }),
});

/** Body of every failed answer of `/api/*` and of every failed rpc. `message` says what to do and never holds a secret. */
export type ErrorBody = z.infer<typeof errorBodySchema>;
