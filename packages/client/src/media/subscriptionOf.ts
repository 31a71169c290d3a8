import type { MediaSource } from "@sotto/protocol";
import type { Track } from "livekit-client";

const sources: readonly string[] = [
  "camera",
  "microphone",
  "screen_share",
  "screen_share_audio",
] satisfies MediaSource[];

/** LiveKit's source as ours; null for anything else. */
export function mediaSourceOf(source: Track.Source | string): MediaSource | null {
  return sources.includes(source) ? (source as MediaSource) : null;
}

/**
 * Whether media of that kind can come from that source. The SFU lets somebody publish by sources, whatever they carry:
 * with the camera locked, a picture could still be sent as a microphone.
 */
export function isOfKind(source: MediaSource | null, kind: string): boolean {
  const isSound = source === "microphone" || source === "screen_share_audio";
  return isSound === (kind === "audio");
}

/** What the SFU claims of a publication, and what we know of its owner. `fitsKind`: see {@link isOfKind}. */
export interface PublicationFacts {
  readonly source: MediaSource | null;
  readonly fitsKind: boolean;
  readonly inRoster: boolean;
  readonly isEncrypted: boolean;
}

/**
 * Whether a publication is subscribed. Nobody outside of the roster is heard or seen, whatever the SFU says, and nothing
 * that is not what its source can be; in an
 * end-to-end encrypted room nothing that says it is in clear is, and the person is told so.
 */
export function subscriptionOf(
  { source, fitsKind, inRoster, isEncrypted }: PublicationFacts,
  roomIsEncrypted: boolean,
): "subscribe" | "unencrypted" | "ignore" {
  if (!source || !fitsKind || !inRoster) return "ignore";
  return roomIsEncrypted && !isEncrypted ? "unencrypted" : "subscribe";
}
