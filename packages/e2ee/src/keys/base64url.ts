import { E2eeError } from "../E2eeError.ts";
import type { Bytes } from "./encoding.ts";

/** RFC 4648 section 5, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The inverse of {@link encodeBase64Url}, and of nothing else: text that no bytes encode to (padding, other alphabet,
 * stray bits in the last character) is refused.
 *
 * @throws {E2eeError} `input_invalid`
 */
export function decodeBase64Url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw E2eeError.inputInvalid("not base64url");
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  if (encodeBase64Url(bytes) !== text) throw E2eeError.inputInvalid("not canonical base64url");
  return bytes;
}
