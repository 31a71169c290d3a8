/**
 * - `storage`: `unavailable` where the browser has no storage for this page (as some have none in private windows),
 *   `full` when it takes no more. Then messages are shown as ever and not kept.
 * - `protection`: whether a PIN protects what is kept; `locked` until it was given, and nothing is kept or recalled.
 */
export interface HistoryState {
  readonly storage: "working" | "unavailable" | "full";
  readonly protection: "none" | "locked" | "unlocked";
}
