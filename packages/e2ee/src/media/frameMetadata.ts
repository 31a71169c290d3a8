import { concat, lengthPrefixed, u8, utf8, type Bytes } from "../keys/encoding.ts";
import { mediaCodecs, type MediaCodec } from "./codecs/MediaCodec.ts";
import { mediaSourceNumbers, type MediaSource } from "./MediaSource.ts";

/** Whose frame it is, and what it shows. Both ends know it without asking the SFU's word for it. */
export interface FrameOrigin {
  /** `pid.senderNonce` of the page that sealed the frame. */
  identity: string;
  source: MediaSource;
}

/**
 * SFrame's `metadata`: authenticated with every frame, never sent.
 *
 *     "sotto/v1/frame" ‖ 0 ‖ lp(identity) ‖ u8 source ‖ u8 codec ‖ clear bytes
 *
 * A frame opens only as what it was sealed as: under another person's name, as another source or for another decoder
 * it does not authenticate. LiveKit's track ids are not in it, because the SFU makes them; what a participant publishes
 * is told apart by its source, which also outlives republishing, reconnects and simulcast layers.
 */
export function frameMetadata({ identity, source }: FrameOrigin, codec: MediaCodec, clear: Bytes): Bytes {
  const kind = Uint8Array.of(mediaSourceNumbers[source], mediaCodecs[codec].number);
  return concat(utf8("sotto/v1/frame"), u8(0), lengthPrefixed(identity), kind, clear);
}
