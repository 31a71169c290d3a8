import { E2eeError } from "../E2eeError.ts";
import { concat, exactly, lengthPrefixed, u32, u8, utf8, type Bytes } from "./encoding.ts";
import { assertParticipantId, senderNonceBytes, type Sender } from "./Sender.ts";

/** Key schedule v1. A change of a label, a size or an order is a new version string and new test vectors. */

/** Bytes of a session's root, of an epoch secret and of every derived key. */
export const keyBytes = 32;

/** Who made the root: 1 = the server's random generator, 2 = a passphrase that the server never sees. */
export type KeyModel = "server" | "passphrase";

/** What a key is for. No two labels share a key. */
export type KeyLabel = "media" | "chat" | "whiteboard" | "notes" | "control" | "captions";

const modelNumbers: Record<KeyModel, number> = { server: 1, passphrase: 2 };
const zero = u8(0);

/**
 * `S`: the HKDF salt of a session, 32 bytes. Other session, other model: other keys, whatever the root.
 *
 * @throws {E2eeError} `input_invalid` when `sessionId` is not 22 base64url characters
 */
export async function sessionSalt(model: KeyModel, sessionId: string): Promise<Bytes> {
  assertSessionId(sessionId);
  return sha256(concat(utf8("sotto/v1/session"), zero, u8(modelNumbers[model]), lengthPrefixed(sessionId)));
}

/** HKDF's `info` of `key(label, e)` for one sender. */
export function keyInfo(label: KeyLabel, epoch: number, { participantId, senderNonce }: Sender): Bytes {
  assertParticipantId(participantId);
  const nonce = exactly(senderNonceBytes, senderNonce, "sender nonce");
  return concat(utf8("sotto/v1/key"), zero, lengthPrefixed(label), u32(epoch), lengthPrefixed(participantId), nonce);
}

/** HKDF's `info` of a file's key. */
export function fileKeyInfo(fileId: string): Bytes {
  return concat(utf8("sotto/v1/file"), zero, lengthPrefixed(fileId));
}

/** HKDF's `info` of the value that commits to a passphrase's root. */
export function checkInfo(): Bytes {
  return concat(utf8("sotto/v1/check"), zero);
}

/** Input keying material as a key that only derives and never leaves WebCrypto. */
export function importKeyMaterial(material: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits", "deriveKey"]);
}

/** `HKDF(material, salt, info, 32)`, RFC 5869 with SHA-256. */
export async function deriveRaw(material: CryptoKey, salt: Bytes, info: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf(salt, info), material, keyBytes * 8));
}

/** The same 32 bytes as {@link deriveRaw}, as an AES-256-GCM key that scripts cannot read. */
export function deriveAesKey(material: CryptoKey, salt: Bytes, info: Bytes): Promise<CryptoKey> {
  const aes = { name: "AES-GCM", length: keyBytes * 8 };
  return crypto.subtle.deriveKey(hkdf(salt, info), material, aes, false, ["encrypt", "decrypt"]);
}

/** The media key slot of an epoch, 1 to 255. Slot 0 stays empty: what was never activated cannot encrypt. */
export function mediaKeySlot(epoch: number): number {
  return 1 + (epoch % 255);
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function assertSessionId(sessionId: string): void {
  if (!/^[A-Za-z0-9_-]{22}$/.test(sessionId)) {
    throw E2eeError.inputInvalid("a session id is 22 base64url characters");
  }
}

function hkdf(salt: Bytes, info: Bytes): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt, info };
}
