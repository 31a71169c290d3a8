import { E2eeError } from "../E2eeError.ts";
import type { Bytes } from "../keys/encoding.ts";

const marker = 0x80;

/** Body, 0x80, then zeros up to the next multiple of `bucket` bytes (ISO/IEC 7816-4). Hides the length up to a bucket. */
export function pad(body: Uint8Array, bucket: number): Bytes {
  const padded = new Uint8Array(Math.ceil((body.length + 1) / bucket) * bucket);
  padded.set(body);
  padded[body.length] = marker;
  return padded;
}

/** The inverse of {@link pad}. Its input is authenticated, so a failure means a peer that does not keep the format. */
export function unpad(padded: Bytes, bucket: number): Bytes {
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== marker || padded.length % bucket !== 0 || padded.length - end > bucket) {
    throw E2eeError.inputInvalid("message is not padded as it must be");
  }
  return padded.slice(0, end);
}
