import { concat, lengthPrefixed, u8, utf8, type Bytes } from "../keys/encoding.ts";
import { encodeBase64Url } from "../keys/base64url.ts";
import { deriveAesKey, deriveRaw } from "../keys/keySchedule.ts";

/**
 * Keys of what a browser remembers of its meetings. All come from one root of 32 random bytes that belongs to the browser
 * and to no session: what is stored outlives the session's keys, and must.
 *
 *     key(meeting)     HKDF(root, "sotto/v1/history", "sotto/v1/history" ‖ 0 ‖ lp("meeting") ‖ lp(tag))
 *     tag(kind, x...)  first 16 bytes of HKDF(root, "sotto/v1/history", "sotto/v1/history" ‖ 0 ‖ lp(kind) ‖ lp(x) ...)
 */
const label = utf8("sotto/v1/history");
const tagBytes = 16;

/**
 * The AES-256-GCM key of one meeting's records; scripts cannot read it.
 *
 * @param root see `createHistoryRoot`
 * @param tag the meeting's, see {@link historyTag}
 */
export function historyKey(root: CryptoKey, tag: string): Promise<CryptoKey> {
  return deriveAesKey(root, label, info("meeting", [tag]));
}

/**
 * A name under which something is stored that tells whoever lacks the root nothing about it, not even whether two
 * browsers mean the same: 22 base64url characters.
 *
 * @param kind what it is of; other kinds give other tags
 * @param of what makes it the one that it is, at most 65535 bytes each
 */
export async function historyTag(root: CryptoKey, kind: "room" | "seat" | "record", ...of: string[]): Promise<string> {
  return encodeBase64Url((await deriveRaw(root, label, info(kind, of))).subarray(0, tagBytes));
}

/** HKDF's `info` for one purpose. */
export function info(purpose: string, of: readonly string[]): Bytes {
  return concat(label, u8(0), ...[purpose, ...of].map(lengthPrefixed));
}
