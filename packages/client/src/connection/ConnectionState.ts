import type { DismissedEvent, EndReason } from "@sotto/protocol";

/**
 * Why a meeting is over for this participant.
 *
 * - `left`: `leave()` was called here.
 * - `replaced`: the same participant joined from another page. `removed`: a host removed us.
 * - `session_ended`: the session ended while we were not connected, so that nobody told us why.
 * - `identity_mismatch`: the media server claimed that we are somebody else; left at once.
 * - `connection_lost`: the server was not reachable for two and a half minutes, or gave our seat up.
 */
export type LeaveReason =
  | EndReason
  | DismissedEvent["reason"]
  | "left"
  | "session_ended"
  | "identity_mismatch"
  | "connection_lost";

/** The two connections of a meeting: messages (NATS) and media (SFU). */
export type ConnectionPart = "messages" | "media";

/** `since`: Unix milliseconds when the oldest of the missing parts was lost. `ended` is final. */
export type ConnectionState =
  | { readonly status: "connected" }
  | { readonly status: "reconnecting"; readonly since: number; readonly parts: readonly ConnectionPart[] }
  | { readonly status: "ended"; readonly reason: LeaveReason };

/** Whether messages come and go now. */
export function areMessagesUp(state: ConnectionState): boolean {
  return state.status === "connected" || (state.status === "reconnecting" && !state.parts.includes("messages"));
}
