import { E2eeError } from "../E2eeError.ts";
import { concat, exactly, lengthPrefixed, u8, utf8, type Bytes } from "./encoding.ts";
import {
  assertSessionId,
  checkInfo,
  deriveRaw,
  importKeyMaterial,
  keyBytes,
  sessionSalt,
  sha256,
} from "./keySchedule.ts";

/** Bytes of the opener's random salt. */
export const openerSaltBytes = 16;

/** Argon2id 0x13, fixed by the key schedule's version: nobody, least of all a server, can name weaker ones. */
const argon2 = { memorySize: 65536, iterations: 3, parallelism: 1, hashLength: keyBytes } as const;

const maxPassphraseBytes = 1024;
const refusedCharacters = /[\p{Cn}\p{Co}\p{Cs}\p{Cc}]/u;

/**
 * A passphrase as everybody's keyboard gives it: NFKC, every run of white space one space, ends trimmed.
 *
 * @returns 1 to 1024 bytes of UTF-8
 * @throws {E2eeError} `passphrase_invalid`; also for unassigned, private-use, surrogate and control characters
 */
export function normalisePassphrase(passphrase: string): Bytes {
  const text = passphrase
    .normalize("NFKC")
    .replace(/\p{White_Space}+/gu, " ")
    .replace(/^ | $/g, "");
  if (refusedCharacters.test(text)) throw E2eeError.passphraseInvalid("the passphrase holds an unusable character");
  const bytes = utf8(text);
  if (bytes.length === 0) throw E2eeError.passphraseInvalid("the passphrase is empty");
  if (bytes.length > maxPassphraseBytes) {
    throw E2eeError.passphraseInvalid(`the passphrase is longer than ${maxPassphraseBytes} bytes`);
  }
  return bytes;
}

/** Argon2's salt for one session and one opener, 32 bytes. */
export async function argon2Salt(sessionId: string, openerSalt: Uint8Array): Promise<Bytes> {
  assertSessionId(sessionId);
  const salt = exactly(openerSaltBytes, openerSalt, "opener salt");
  return sha256(concat(utf8("sotto/v1/argon2id"), u8(0), lengthPrefixed(sessionId), salt));
}

/**
 * The root of a passphrase room, 32 bytes: Argon2id with 64 MiB and 3 passes, 0.3 to 0.6 s in which the thread does
 * nothing else, so run it in a worker.
 *
 * @param openerSalt 16 random bytes, made by whoever opened the room
 * @throws {E2eeError} `passphrase_invalid`, `input_invalid`
 */
export async function passphraseRoot(passphrase: string, sessionId: string, openerSalt: Uint8Array): Promise<Bytes> {
  const password = normalisePassphrase(passphrase);
  const salt = await argon2Salt(sessionId, openerSalt);
  const { argon2id } = await import("hash-wasm"); // only passphrase rooms load it
  try {
    return new Uint8Array(await argon2id({ ...argon2, password, salt, outputType: "binary" }));
  } finally {
    password.fill(0);
  }
}

/**
 * The value that tells whether two people typed the same passphrase, 32 bytes. It commits to the root and gives it to
 * nobody who cannot guess the passphrase.
 *
 * @throws {E2eeError} `input_invalid` unless `root` is 32 bytes
 */
export async function passphraseCheck(root: Uint8Array, sessionId: string): Promise<Bytes> {
  const material = await importKeyMaterial(exactly(keyBytes, root, "root"));
  return deriveRaw(material, await sessionSalt("passphrase", sessionId), checkInfo());
}
