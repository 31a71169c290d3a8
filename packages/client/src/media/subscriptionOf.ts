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

/** What the SFU claims of a publication, and what we know of its owner. */
export interface PublicationFacts {
  readonly source: MediaSource | null;
  readonly inRoster: boolean;
  readonly isEncrypted: boolean;
}

/**
 * Whether a publication is subscribed. Nobody outside of the roster is heard or seen, whatever the SFU says; in an
 * end-to-end encrypted room nothing that says it is in clear is, and the person is told so.
 */
export function subscriptionOf(
  { source, inRoster, isEncrypted }: PublicationFacts,
  roomIsEncrypted: boolean,
): "subscribe" | "unencrypted" | "ignore" {
  if (!source || !inRoster) return "ignore";
  return roomIsEncrypted && !isEncrypted ? "unencrypted" : "subscribe";
}
