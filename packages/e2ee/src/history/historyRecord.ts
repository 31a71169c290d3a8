import { E2eeError } from "../E2eeError.ts";
import { concat, lengthPrefixed, u8, utf8, type Bytes } from "../keys/encoding.ts";
import { pad, unpad } from "../messages/padding.ts";

const version = 1;
const ivBytes = 12;
const tagBytes = 16;
/** Padded bodies are a multiple of this many bytes long: a record does not tell how much was written. */
const bucketBytes = 256;

/** Where a record lies. One that was moved elsewhere does not open. */
export interface HistoryPlace {
  /** Of the object store, at most 65535 bytes. */
  store: string;
  /** Within the store, at most 65535 bytes. */
  recordId: string;
}

/**
 * Seals what is stored at a place: `u8 1 ‖ 12-byte random IV ‖ AES-256-GCM(key, IV, pad(body), AAD)`, with
 * `AAD = "sotto/v1/history" ‖ 0 ‖ lp(store) ‖ lp(record id)`.
 *
 * @param key of the meeting, see `historyKey`
 */
export async function sealHistoryRecord(key: CryptoKey, place: HistoryPlace, body: Uint8Array): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const padded = pad(body, bucketBytes);
  const sealed = await crypto.subtle.encrypt(gcm(iv, place), key, padded);
  padded.fill(0);
  return concat(u8(version), iv, new Uint8Array(sealed));
}

/**
 * The body of a record.
 *
 * @throws {E2eeError} `version_unknown`; `not_authentic` when it was changed, moved, or sealed with another key
 */
export async function openHistoryRecord(key: CryptoKey, place: HistoryPlace, record: Uint8Array): Promise<Bytes> {
  if (record[0] !== version) throw E2eeError.versionUnknown(record[0] ?? 0);
  const iv = new Uint8Array(record.subarray(1, 1 + ivBytes));
  const sealed = new Uint8Array(record.subarray(1 + ivBytes));
  if (iv.length !== ivBytes || sealed.length < tagBytes) throw E2eeError.notAuthentic("a record of this length");
  const padded = await crypto.subtle.decrypt(gcm(iv, place), key, sealed).catch((cause: unknown) => {
    throw E2eeError.notAuthentic("the record", cause);
  });
  return unpad(new Uint8Array(padded), bucketBytes);
}

function gcm(iv: Bytes, { store, recordId }: HistoryPlace): AesGcmParams {
  const additionalData = concat(utf8("sotto/v1/history"), u8(0), lengthPrefixed(store), lengthPrefixed(recordId));
  return { name: "AES-GCM", iv, additionalData, tagLength: tagBytes * 8 };
}
