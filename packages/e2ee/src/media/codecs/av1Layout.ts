import { concat, type Bytes } from "../../keys/encoding.ts";
import type { FrameLayout } from "./FrameLayout.ts";

/** An open bitstream unit, AV1 specification section 5.3. */
interface Obu {
  type: number;
  /** The header byte with `obu_has_size_field` set, and the extension byte if there is one. */
  header: Bytes;
  payload: Bytes;
}

const sequenceHeader = 1;
const temporalDelimiter = 2;
const frameHeader = 3;
const frameObu = 6;
const padding = 15;

const hasSizeField = 0x02;
const hasExtension = 0x04;

/**
 * AV1. RTP carries OBUs, so the ciphertext travels as the payload of one frame OBU, behind the sequence header:
 *
 *     sequence header OBU (key frames) | header of the first frame OBU ‖ size ‖ SFrame
 *
 * All other OBUs of the frame are inside, complete. Temporal delimiters and padding are left out, as RTP does.
 */
export const av1Layout: FrameLayout = {
  split(frame) {
    const units = splitObus(frame)?.filter(({ type }) => type !== temporalDelimiter && type !== padding);
    const first = units?.find(({ type }) => type === frameObu || type === frameHeader);
    if (!units || !first) return null;
    const sequence = units.filter(({ type }) => type === sequenceHeader).map(encodeObu);
    const secret = units.filter(({ type }) => type !== sequenceHeader).map(encodeObu);
    return { clear: concat(...sequence, asFrameHeader(first)), secret: concat(...secret) };
  },
  wrap: (clear, sframe) => concat(clear, leb128(sframe.length), sframe),
  unwrap(wire) {
    const units = splitObus(wire);
    const last = units?.pop();
    if (!units || last?.type !== frameObu || !units.every(({ type }) => type === sequenceHeader)) return null;
    const lead = concat(...units.map(encodeObu));
    return { clear: concat(lead, last.header), sframe: last.payload, lead };
  },
};

/** The OBUs of a low-overhead byte stream; null when one is cut off. */
function splitObus(stream: Bytes): Obu[] | null {
  const units: Obu[] = [];
  let position = 0;
  while (position < stream.length) {
    const first = stream[position] ?? 0;
    if ((first & 0x80) !== 0) return null;
    const headerEnd = position + ((first & hasExtension) === 0 ? 1 : 2);
    const size = (first & hasSizeField) === 0 ? null : readLeb128(stream, headerEnd);
    const start = size?.end ?? headerEnd;
    const end = size ? start + size.value : stream.length;
    if (((first & hasSizeField) !== 0 && !size) || start > stream.length || end > stream.length) return null;
    const header = stream.slice(position, headerEnd);
    header[0] = first | hasSizeField;
    units.push({ type: (first >> 3) & 0x0f, header, payload: stream.slice(start, end) });
    position = end;
  }
  return units;
}

function encodeObu({ header, payload }: Obu): Bytes {
  return concat(header, leb128(payload.length), payload);
}

/** The header that makes its payload a frame OBU, in the same temporal and spatial layer. */
function asFrameHeader({ header }: Obu): Bytes {
  const changed = header.slice();
  changed[0] = ((changed[0] ?? 0) & ~0x78) | (frameObu << 3);
  return changed;
}

function leb128(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 0x7f;
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** Up to four bytes: a frame of 256 MiB is none. */
function readLeb128(stream: Uint8Array, start: number): { value: number; end: number } | null {
  let value = 0;
  for (let count = 0; count < 4; count++) {
    const byte = stream[start + count];
    if (byte === undefined) return null;
    value |= (byte & 0x7f) << (7 * count);
    if ((byte & 0x80) === 0) return { value, end: start + count + 1 };
  }
  return null;
}
