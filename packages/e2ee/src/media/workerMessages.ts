import type { Bytes } from "../keys/encoding.ts";
import type { MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import type { EncodedFrame } from "./encodedFrames.ts";
import type { FrameOrigin } from "./frameMetadata.ts";
import type { MediaSource } from "./MediaSource.ts";

/** Frames of one direction of one RTP sender or receiver; numbered by the manager, never named by the SFU. */
export type TrackHandle = number;

/** A sender: frames that come out of it were sealed as `source`. It can never become anything else. */
export interface SendTransform {
  direction: "send";
  track: TrackHandle;
  source: MediaSource;
  /** For browsers whose frames do not say their codec. */
  codec: MediaCodec | null;
}

/** A receiver: nothing comes out of it until it is aimed, and then only what its target sealed. */
export interface ReceiveTransform {
  direction: "receive";
  track: TrackHandle;
}

export type TransformOptions = SendTransform | ReceiveTransform;

/** Whose frames a receiver opens. */
export interface ReceiveTarget extends FrameOrigin {
  codec: MediaCodec | null;
}

/** Where a browser's encoded frames come out, and where they go back in. */
export interface FrameStreams {
  readable: ReadableStream<EncodedFrame>;
  writable: WritableStream<EncodedFrame>;
}

/** Page to worker. Worked off strictly one after the other; those with a `request` are answered. */
export type ToWorker =
  | { kind: "start"; identity: string }
  | ({ kind: "transform"; options: TransformOptions } & FrameStreams)
  | { kind: "aim"; track: TrackHandle; target: ReceiveTarget | null }
  | { kind: "forget"; track: TrackHandle }
  | { kind: "activate"; request: number; epoch: number; baseKey: Bytes }
  | { kind: "admit"; request: number; identity: string; epoch: number; baseKey: Bytes }
  | { kind: "expel"; identity: string }
  | { kind: "retire"; before: number }
  | { kind: "filler"; trailer: Bytes }
  | { kind: "stats"; request: number };

/** Worker to page. */
export type FromWorker =
  | { kind: "done"; request: number; stats?: TransformStats[] }
  | { kind: "failed"; request: number | null; message: string }
  | { kind: "state"; track: TrackHandle; target: FrameOrigin; state: DecryptionState };

/**
 * What became of a received track.
 *
 * - `waiting`: no frame authenticated yet, and none failed for long
 * - `ok`: the last word is an authenticated frame
 * - `undecryptable`: for a second or more, frames came and none authenticated
 */
export type DecryptionState = "waiting" | "ok" | "undecryptable";

/** Counters of one transform since it was made. */
export interface TransformStats {
  direction: "send" | "receive";
  track: TrackHandle;
  /** Null for a receiver that is aimed at nobody. */
  origin: FrameOrigin | null;
  /** Of the last frame. */
  codec: MediaCodec | null;
  framesIn: number;
  framesOut: number;
  dropped: Partial<Record<DropReason, number>>;
  bytesIn: number;
  bytesOut: number;
  /** Time from taking a frame to passing it on or dropping it, over all frames, in milliseconds. */
  busyMs: number;
}
