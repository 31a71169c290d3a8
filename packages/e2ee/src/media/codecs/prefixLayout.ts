import { concat, type Bytes } from "../../keys/encoding.ts";
import type { FrameLayout } from "./FrameLayout.ts";

/**
 * A layout that leaves the first bytes of a frame where they are.
 *
 * @param clearLength how many bytes, told from the first of them; null when the frame cannot be one of this codec
 */
function prefixLayout(clearLength: (frame: Bytes) => number | null): FrameLayout {
  function divide(frame: Bytes): [Bytes, Bytes] | null {
    const length = clearLength(frame);
    return length === null || length > frame.length ? null : [frame.slice(0, length), frame.slice(length)];
  }
  return {
    split(frame) {
      const parts = divide(frame);
      return parts && { clear: parts[0], secret: parts[1] };
    },
    wrap: (clear, sframe) => concat(clear, sframe),
    unwrap(wire) {
      const parts = divide(wire);
      return parts && { clear: parts[0], sframe: parts[1], lead: parts[0] };
    },
  };
}

/**
 * Nothing in clear. Opus: no packetiser reads the TOC byte (RFC 7587), and it would tell apart speech, music and
 * silence. VP9: packetisers take everything from the payload descriptor (RFC 9628), which is not part of the frame.
 */
export const opaqueLayout: FrameLayout = prefixLayout(() => 0);

/**
 * VP8, RFC 6386 section 9.1: the lowest bit of the first byte is 0 in key frames, whose first ten bytes hold start
 * code, width and height. Depacketisers and the SFU find key frames and their size by them; of other frames they read
 * the first byte.
 */
export const vp8Layout: FrameLayout = prefixLayout((frame) => {
  const first = frame[0];
  if (first === undefined) return null;
  return (first & 1) === 0 ? 10 : 1;
});
