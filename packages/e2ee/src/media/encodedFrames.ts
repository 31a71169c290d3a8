import type { Bytes } from "../keys/encoding.ts";
import { codecOfMimeType, mediaCodecs, type MediaCodec } from "./codecs/MediaCodec.ts";
import { kindOf, type MediaSource } from "./MediaSource.ts";

/** What is used of RTCEncodedVideoFrame and RTCEncodedAudioFrame (W3C WebRTC Encoded Transform). */
export interface EncodedFrame {
  data: ArrayBuffer;
  /** `mimeType`: of the negotiated payload type; not every browser says it. */
  getMetadata(): { mimeType?: string };
}

/**
 * The codec of a frame: what the frame says, else what its track said. Null when neither names one that can be sealed,
 * or when it is video where audio belongs. Of a received frame this is hearsay, which {@link frameMetadata} checks.
 */
export function codecOf(frame: EncodedFrame, source: MediaSource, ofTrack: MediaCodec | null): MediaCodec | null {
  const { mimeType } = frame.getMetadata();
  const codec = mimeType ? codecOfMimeType(mimeType) : ofTrack;
  return codec && mediaCodecs[codec].kind === kindOf(source) ? codec : null;
}

/** Whether `frame` ends with the trailer that the SFU told it marks its own frames with. */
export function endsWith(frame: Bytes, trailer: Bytes): boolean {
  const start = frame.length - trailer.length;
  return trailer.length > 0 && start >= 0 && trailer.every((byte, index) => frame[start + index] === byte);
}
