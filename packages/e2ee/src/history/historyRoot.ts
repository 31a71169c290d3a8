import { E2eeError } from "../E2eeError.ts";
import { encodeBase64Url } from "../keys/base64url.ts";
import { exactly, utf8, type Bytes } from "../keys/encoding.ts";
import { deriveAesKey, importKeyMaterial, keyBytes } from "../keys/keySchedule.ts";
import { openerSaltBytes } from "../keys/passphrase.ts";
import { info } from "./historyKeys.ts";
import { openHistoryRecord, sealHistoryRecord } from "./historyRecord.ts";

/**
 * The root of what a browser remembers, as it is stored (structured clone).
 *
 * - `open`: a key that scripts can use and not read. It lies on the disk all the same: whoever has the browser's profile
 *   has the key.
 * - `pin`: sealed under something the person knows; `question` is what it is derived with.
 */
export type StoredHistoryRoot =
  | { readonly id: string; readonly protection: "open"; readonly key: CryptoKey }
  | { readonly id: string; readonly protection: "pin"; readonly question: PinQuestion; readonly sealed: Bytes };

/** What `passphraseRoot` takes beside the PIN: an id in place of a session's, and a salt, both random. */
export interface PinQuestion {
  readonly sessionId: string;
  readonly openerSalt: Bytes;
}

/** A root that can be used: `key` is of HKDF and cannot be read. `id`: 22 characters, random, another for every root. */
export interface HistoryRoot {
  readonly id: string;
  readonly key: CryptoKey;
}

/** Where a sealed root lies, for its authentication. */
const store = "root";

/** New random parameters for deriving from a PIN, so that nothing can be computed ahead. */
export function newPinQuestion(): PinQuestion {
  return { sessionId: randomId(), openerSalt: crypto.getRandomValues(new Uint8Array(openerSaltBytes)) };
}

/** A new root without a PIN. */
export async function createHistoryRoot(): Promise<{ root: HistoryRoot; stored: StoredHistoryRoot }> {
  const id = randomId();
  const raw = crypto.getRandomValues(new Uint8Array(keyBytes));
  const key = await importKeyMaterial(raw);
  raw.fill(0);
  return { root: { id, key }, stored: { id, protection: "open", key } };
}

/**
 * A new root under a PIN.
 *
 * @param pinKey 32 bytes: `passphraseRoot` of the PIN and `question`; wiped afterwards
 * @throws {E2eeError} `input_invalid`
 */
export async function createPinnedHistoryRoot(
  pinKey: Bytes,
  question: PinQuestion,
): Promise<{ root: HistoryRoot; stored: StoredHistoryRoot }> {
  const id = randomId();
  const raw = crypto.getRandomValues(new Uint8Array(keyBytes));
  try {
    const sealed = await sealHistoryRecord(await wrappingKey(pinKey), { store, recordId: id }, raw);
    return { root: { id, key: await importKeyMaterial(raw) }, stored: { id, protection: "pin", question, sealed } };
  } finally {
    raw.fill(0);
  }
}

/**
 * The root under a PIN.
 *
 * @param pinKey 32 bytes: `passphraseRoot` of the PIN and the stored question; wiped afterwards
 * @throws {E2eeError} `not_authentic` for another PIN, `input_invalid`
 */
export async function openPinnedHistoryRoot(
  pinKey: Bytes,
  { id, sealed }: Extract<StoredHistoryRoot, { protection: "pin" }>,
): Promise<HistoryRoot> {
  const raw = await openHistoryRecord(await wrappingKey(pinKey), { store, recordId: id }, sealed);
  try {
    return { id, key: await importKeyMaterial(exactly(keyBytes, raw, "history root")) };
  } finally {
    raw.fill(0);
  }
}

async function wrappingKey(pinKey: Bytes): Promise<CryptoKey> {
  if (pinKey.length !== keyBytes) throw E2eeError.inputInvalid(`a PIN's key has ${pinKey.length} bytes`);
  const material = await importKeyMaterial(pinKey);
  pinKey.fill(0);
  return deriveAesKey(material, utf8("sotto/v1/history"), info("pin", []));
}

function randomId(): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}
