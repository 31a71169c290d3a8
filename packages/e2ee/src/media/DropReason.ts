/**
 * Why a frame was dropped.
 *
 * - `no_key`: no key for sending yet, or none of this sender and epoch
 * - `codec`: a codec that cannot be sealed, or one of another kind than the source
 * - `malformed`: not laid out as frames of its codec are
 * - `not_authentic`: tampered with, sealed by another or as something else, or never sealed at all
 * - `replayed`: its counter was seen, or is too old to tell
 * - `unassigned`: the receiver is not aimed at anybody
 * - `server_filler`: LiveKit's stand-in for a muted track; the SFU made it, nobody sealed it
 * - `empty`: no bytes
 * - `failed`: an exception
 */
export const dropReasons = [
  "no_key",
  "codec",
  "malformed",
  "not_authentic",
  "replayed",
  "unassigned",
  "server_filler",
  "empty",
  "failed",
] as const;
export type DropReason = (typeof dropReasons)[number];
