import type { MediaSource } from "@sotto/protocol";

/** What a page needs to play a track. The SFU sends a remote picture only while it is attached and visible. */
export interface PlayableMedia {
  attach(element: HTMLMediaElement): void;
  detach(element: HTMLMediaElement): void;
  readonly mediaStreamTrack: MediaStreamTrack;
}

/**
 * One published microphone, camera or screen.
 *
 * - `live`: can be played; muted or not.
 * - `waiting`: published, and not here yet: being subscribed, or no frame was authenticated yet. Keep the tile covered.
 * - `undecryptable`: frames arrive that do not authenticate under the sender's key. Nothing of them is played.
 * - `unencrypted`: published in clear in an end-to-end encrypted room. It is never subscribed.
 */
export interface MeetingTrack {
  readonly id: string;
  readonly participantId: string;
  readonly source: MediaSource;
  readonly isLocal: boolean;
  readonly muted: boolean;
  readonly status: "live" | "waiting" | "undecryptable" | "unencrypted";
  /** Null until subscribed. Attach it while `waiting` too, under a cover: a picture that is not attached is not sent. */
  readonly media: PlayableMedia | null;
  /** Pixels, for pictures, as announced by the publisher. */
  readonly dimensions?: { readonly width: number; readonly height: number };
}
