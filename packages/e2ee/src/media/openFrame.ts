import { concat, type Bytes } from "../keys/encoding.ts";
import { ReplayWindow } from "../messages/ReplayWindow.ts";
import { mediaCodecs, type MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import { frameMetadata, type FrameOrigin } from "./frameMetadata.ts";
import type { ReceiveKeys, ReceiveSlot } from "./ReceiveKeys.ts";
import { decodeSframeHeader } from "./sframe/SframeHeader.ts";

/**
 * Opens a frame as one of `origin`, and as nothing else. Only the one key that sender and key id name is tried.
 *
 * @returns the frame for the decoder, or why there is none
 */
export async function openFrame(
  keys: ReceiveKeys,
  origin: FrameOrigin,
  codec: MediaCodec,
  wire: Bytes,
): Promise<Bytes | DropReason> {
  const parts = mediaCodecs[codec].layout.unwrap(wire);
  const header = parts && decodeSframeHeader(parts.sframe);
  if (!parts || !header) return "malformed";
  const slot = keys.find(origin.identity, header.kid);
  if (!slot) return "no_key";
  const secret = await slot.key.open(header, frameMetadata(origin, codec, parts.clear), parts.sframe);
  if (!secret) return "not_authentic";
  // The sender may have been expelled, or the epoch retired, while the frame was being opened.
  if (keys.find(origin.identity, header.kid) !== slot) return "no_key";
  return isFresh(slot, origin, header.ctr) ? concat(parts.lead, secret) : "replayed";
}

function isFresh(slot: ReceiveSlot, { source }: FrameOrigin, counter: bigint): boolean {
  const window = slot.windows.get(source) ?? new ReplayWindow();
  slot.windows.set(source, window);
  try {
    window.accept(counter);
    return true;
  } catch {
    return false; // an E2eeError with the code `replayed`; accept() throws no other
  }
}
