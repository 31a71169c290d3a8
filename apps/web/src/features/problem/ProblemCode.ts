import type { ClientErrorCode } from "@sotto/client";

/** Everything that can end the way into a meeting: errors of the SDK and server, and those of the page itself. */
export type ProblemCode = ClientErrorCode | "link_unknown" | "browser_unsupported" | "insecure_context" | "page_failed";

/** The sentences for each code; several codes mean the same to the person. */
export const problemWords = {
  token_missing: "invitation",
  token_invalid: "invitation",
  token_expired: "expired",
  token_not_yet_valid: "early",
  token_used: "used",
  resume_invalid: "seat",
  resume_used: "seat",
  removed: "removed",
  refused: "removed",
  replaced: "seat",
  room_not_found: "room",
  not_found: "room",
  link_unknown: "link",
  room_full: "full",
  session_ended: "ended",
  session_replaced: "restarted",
  not_opened: "notOpened",
  guests_disabled: "invited",
  not_allowed: "invited",
  rate_limited: "busy",
  unavailable: "server",
  server_unreachable: "server",
  not_connected: "server",
  internal: "internal",
  key_model_forbids: "internal",
  feature_disabled: "internal",
  consent_missing: "internal",
  body_invalid: "internal",
  body_too_large: "internal",
  storage_full: "internal",
  file_damaged: "internal",
  file_unreadable: "internal",
  media_unavailable: "media",
  identity_mismatch: "identity",
  encryption_unsupported: "encryption",
  session_reused: "reused",
  passphrase_required: "passphrase",
  passphrase_invalid: "passphrase",
  passphrase_wrong: "passphrase",
  browser_unsupported: "browser",
  insecure_context: "insecure",
  page_failed: "page",
} as const satisfies Record<ProblemCode, string>;

/** Whether the same attempt may succeed a little later. */
export function mayPass(code: ProblemCode): boolean {
  return [
    "busy",
    "server",
    "internal",
    "media",
    "full",
    "page",
    "early",
    "notOpened",
    "restarted",
    "passphrase",
  ].includes(problemWords[code]);
}
