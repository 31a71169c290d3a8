import { concat, type Bytes } from "../../keys/encoding.ts";

const startCode = Uint8Array.of(0, 0, 0, 1);

/** NAL units one after the other, each behind a four-byte start code, as depacketisers rebuild them. */
export function joinNalUnits(units: readonly Uint8Array[]): Bytes {
  return concat(...units.flatMap((unit) => [startCode, unit]));
}

/**
 * The NAL units of a byte stream, ITU-T H.264 annex B, without start codes and trailing zeros; null unless the stream
 * begins with a start code and no unit is empty.
 */
export function splitNalUnits(stream: Bytes): Bytes[] | null {
  const units: Bytes[] = [];
  let start = -1;
  for (let index = 2; index <= stream.length; index++) {
    const atEnd = index === stream.length;
    const atStartCode = !atEnd && stream[index] === 1 && stream[index - 1] === 0 && stream[index - 2] === 0;
    if (!atEnd && !atStartCode) continue;
    let end = atEnd ? index : index - 2;
    while (end > Math.max(start, 0) && stream[end - 1] === 0) end--;
    if (start < 0 ? end > 0 : end === start) return null;
    if (start >= 0) units.push(stream.slice(start, end));
    start = index + 1;
  }
  return units.length > 0 ? units : null;
}

/**
 * Puts an emulation prevention byte (H.264 section 7.4.1) wherever a start code could be read.
 *
 * @param before the bytes that will stand right before `data` in the NAL unit
 */
export function escapeNalBytes(data: Uint8Array, before: Uint8Array): Bytes {
  const pieces: Uint8Array[] = [];
  let zeros = trailingZeros(before);
  let copied = 0;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index] ?? 0;
    if (zeros >= 2 && byte <= 3) {
      pieces.push(data.subarray(copied, index), Uint8Array.of(3));
      copied = index;
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return concat(...pieces, data.subarray(copied));
}

/** The inverse of {@link escapeNalBytes}. */
export function unescapeNalBytes(data: Uint8Array, before: Uint8Array): Bytes {
  const pieces: Uint8Array[] = [];
  let zeros = trailingZeros(before);
  let copied = 0;
  for (let index = 0; index < data.length; index++) {
    const byte = data[index] ?? 0;
    if (zeros >= 2 && byte === 3) {
      pieces.push(data.subarray(copied, index));
      copied = index + 1;
      zeros = 0;
    } else {
      zeros = byte === 0 ? zeros + 1 : 0;
    }
  }
  return concat(...pieces, data.subarray(copied));
}

function trailingZeros(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && bytes[bytes.length - 1 - count] === 0) count++;
  return count;
}
