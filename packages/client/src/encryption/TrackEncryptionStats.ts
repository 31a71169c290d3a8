import { parseIdentity, type TrackStats } from "@sotto/e2ee";
import type { MediaSource } from "@sotto/protocol";

/**
 * What became of the frames of one track since its present connection was made.
 *
 * - `trackId`: the id of the `MeetingTrack` for a received one, null for an own one.
 * - `participantId`, `source`: whose it is; null for a receiver that serves nobody at the moment.
 * - `framesOut`: sealed or authenticated and passed on. `dropped`: frames that were not, by reason (`DropReason`).
 * - `busyMs`: time spent on all frames together, in milliseconds.
 */
export interface TrackEncryptionStats extends Pick<
  TrackStats,
  "direction" | "codec" | "framesIn" | "framesOut" | "dropped" | "bytesIn" | "bytesOut" | "busyMs"
> {
  readonly trackId: string | null;
  readonly participantId: string | null;
  readonly source: MediaSource | null;
}

/** The cryptor's counters in the words of a meeting. */
export function readTrackStats({ trackSid, origin, track: _handle, ...counters }: TrackStats): TrackEncryptionStats {
  return {
    ...counters,
    trackId: trackSid,
    participantId: origin && parseIdentity(origin.identity).participantId,
    source: origin && origin.source,
  };
}
