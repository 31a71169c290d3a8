import type { Bytes } from "../../keys/encoding.ts";

/** An encoder's frame, taken apart for sealing. */
export interface PlainParts {
  /** What packetisers and the SFU must be able to read: travels in clear, authenticated. */
  clear: Bytes;
  /** Everything else: gets encrypted. */
  secret: Bytes;
}

/** A frame from the network, taken apart for opening. */
export interface SealedParts {
  /** The same bytes as {@link PlainParts.clear} of the frame that was sealed. */
  clear: Bytes;
  /** The SFrame ciphertext. */
  sframe: Bytes;
  /** The part of `clear` that stands before the opened secret in the frame for the decoder. */
  lead: Bytes;
}

/**
 * How the frames of one codec are laid out on the wire, so that RTP packetisers, depacketisers and the SFU can work on
 * them. All of it is decided by the bytes of the frame, the same way on both ends; nothing unsealed reaches a decoder
 * but what {@link SealedParts.lead} gives, and that is authenticated.
 */
export interface FrameLayout {
  /** Null when the frame is not understood in full. */
  split(frame: Bytes): PlainParts | null;
  /** The frame that goes to the network. */
  wrap(clear: Bytes, sframe: Bytes): Bytes;
  /** The inverse of {@link wrap}; null for anything it does not make. */
  unwrap(wire: Bytes): SealedParts | null;
}
