import { E2eeError } from "../E2eeError.ts";

/** Bytes in a buffer of their own, as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const maxU32 = 0xffff_ffff;
const maxU64 = 0xffff_ffff_ffff_ffffn;

/** UTF-8 without terminator. Refuses lone surrogates: two different strings must never encode alike. */
export function utf8(text: string): Bytes {
  if (!text.isWellFormed()) throw E2eeError.inputInvalid("text holds a lone surrogate");
  return new TextEncoder().encode(text);
}

/** The parts one after the other, in a new buffer. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** One byte. */
export function u8(value: number): Bytes {
  return Uint8Array.of(value);
}

/** Four bytes, big-endian. */
export function u32(value: number): Bytes {
  if (!isU32(value)) throw E2eeError.inputInvalid(`${value} is not a u32`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, big-endian. */
export function u64(value: bigint): Bytes {
  if (value < 0n || value > maxU64) throw E2eeError.inputInvalid(`${value} is not a u64`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

export function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= maxU32;
}

/** `lp(x)`: u16 length, big-endian, and the UTF-8 bytes of `text`, at most 65535. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = utf8(text);
  if (bytes.length > 0xffff) throw E2eeError.inputInvalid("text is longer than 65535 bytes");
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

/** A copy of `bytes`, which must be `length` long. `what` names it in the error. */
export function exactly(length: number, bytes: Uint8Array, what: string): Bytes {
  if (bytes.length !== length) {
    throw E2eeError.inputInvalid(`${what} has ${bytes.length} bytes, not ${length}`);
  }
  return new Uint8Array(bytes);
}
