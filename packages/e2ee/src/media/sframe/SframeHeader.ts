import type { Bytes } from "../../keys/encoding.ts";

/** The header of an SFrame ciphertext, RFC 9605 section 4.3. */
export interface SframeHeader {
  /** Key id, u64. */
  kid: bigint;
  /** Counter, u64. */
  ctr: bigint;
}

/** A header and how many bytes it took. */
export interface DecodedSframeHeader extends SframeHeader {
  length: number;
}

/** Values up to this one stand in the config byte itself. */
const maxInline = 7n;

/**
 * Config byte `X | K(3) | Y | C(3)`, then the bytes of KID and CTR that did not fit into it, each in the fewest
 * possible bytes, big-endian.
 *
 * @returns 1 to 17 bytes
 */
export function encodeSframeHeader({ kid, ctr }: SframeHeader): Bytes {
  const kidBytes = kid > maxInline ? bigEndian(kid) : [];
  const ctrBytes = ctr > maxInline ? bigEndian(ctr) : [];
  const config = (field(kid, kidBytes) << 4) | field(ctr, ctrBytes);
  return Uint8Array.of(config, ...kidBytes, ...ctrBytes);
}

/**
 * The header at the start of `sframe`; null when it is cut off, or not in the one form that
 * {@link encodeSframeHeader} gives it.
 */
export function decodeSframeHeader(sframe: Uint8Array): DecodedSframeHeader | null {
  const config = sframe[0];
  if (config === undefined) return null;
  const kid = readField(sframe, 1, config >> 4);
  const ctr = kid && readField(sframe, kid.end, config & 0x0f);
  return ctr && { kid: kid.value, ctr: ctr.value, length: ctr.end };
}

/** The four bits of one value: the value itself, or a set bit and the number of bytes that follow, less one. */
function field(value: bigint, bytes: readonly number[]): number {
  return bytes.length > 0 ? 0x08 | (bytes.length - 1) : Number(value);
}

function readField(sframe: Uint8Array, start: number, bits: number): { value: bigint; end: number } | null {
  const low = bits & 0x07;
  if ((bits & 0x08) === 0) return { value: BigInt(low), end: start };
  const end = start + low + 1;
  if (end > sframe.length) return null;
  let value = 0n;
  for (let index = start; index < end; index++) value = (value << 8n) | BigInt(sframe[index] ?? 0);
  const isMinimal = value > maxInline && (low === 0 || sframe[start] !== 0);
  return isMinimal ? { value, end } : null;
}

function bigEndian(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return bytes;
}
