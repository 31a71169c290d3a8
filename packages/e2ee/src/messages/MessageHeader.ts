import { E2eeError } from "../E2eeError.ts";
import { concat, exactly, u32, u64, u8, type Bytes } from "../keys/encoding.ts";
import { senderNonceBytes } from "../keys/Sender.ts";

const version = 1;

/** Bytes of a message's random AES-GCM IV. */
export const ivBytes = 12;

/** Bytes of an encoded header. */
export const headerBytes = 1 + 4 + senderNonceBytes + 8 + ivBytes;

/** What a message says of itself in clear, authenticated with it. */
export interface MessageHeader {
  epoch: number;
  senderNonce: Bytes;
  /** From 0, per sender nonce, channel and recipient; runs on across epochs. */
  counter: bigint;
  iv: Bytes;
}

/** `hdr` = u8 1 ‖ u32 e ‖ sender_nonce ‖ u64 counter ‖ IV: 41 bytes. */
export function encodeHeader({ epoch, senderNonce, counter, iv }: MessageHeader): Bytes {
  return concat(
    u8(version),
    u32(epoch),
    exactly(senderNonceBytes, senderNonce, "sender nonce"),
    u64(counter),
    exactly(ivBytes, iv, "IV"),
  );
}

/**
 * The epoch a wire message says it was sealed under.
 *
 * @throws {E2eeError} as {@link decodeHeader}
 */
export function messageEpoch(wire: Uint8Array): number {
  return decodeHeader(wire).epoch;
}

/**
 * Reads the header at the start of a wire message. Nothing in it is authentic before the message was opened.
 *
 * @throws {E2eeError} `version_unknown`; `input_invalid` when the message is shorter than a header
 */
export function decodeHeader(wire: Uint8Array): MessageHeader {
  const found = wire[0];
  if (found !== undefined && found !== version) throw E2eeError.versionUnknown(found);
  const header = exactly(headerBytes, wire.subarray(0, headerBytes), "message header");
  const view = new DataView(header.buffer);
  const nonceEnd = 5 + senderNonceBytes;
  return {
    epoch: view.getUint32(1),
    senderNonce: header.slice(5, nonceEnd),
    counter: view.getBigUint64(nonceEnd),
    iv: header.slice(headerBytes - ivBytes),
  };
}
