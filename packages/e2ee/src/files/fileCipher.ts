import { E2eeError } from "../E2eeError.ts";
import { concat, exactly, u32, u8, utf8, type Bytes } from "../keys/encoding.ts";
import { padmeLength } from "./padme.ts";

/** Bytes of the random IV prefix of an upload attempt. */
export const filePrefixBytes = 7;

const chunkBytes = 65536;
const tagBytes = 16;

/** How a file is encrypted: a key of its own (`SessionKeys.fileKey`) and 7 random bytes, new for every attempt. */
export interface FileCipher {
  key: CryptoKey;
  prefix: Uint8Array;
}

/** Bytes of the encrypted blob of a file of `length` bytes. */
export function fileBlobBytes(length: number): number {
  const padded = padmeLength(length);
  return padded + Math.ceil(padded / chunkBytes) * tagBytes;
}

/**
 * Encrypts a file: zero-padded to its Padmé length, in chunks of 64 KiB whose IVs hold their number and, on the last
 * one only, a flag (the STREAM construction), so chunks can be neither moved nor cut off.
 *
 * @returns {@link fileBlobBytes} bytes
 * @throws {E2eeError} `input_invalid`
 */
export async function encryptFile(cipher: FileCipher, body: Uint8Array): Promise<Bytes> {
  const padded = new Uint8Array(padmeLength(body.length));
  padded.set(body);
  const blob = new Uint8Array(fileBlobBytes(body.length));
  const count = Math.ceil(padded.length / chunkBytes);
  for (let index = 0; index < count; index++) {
    const chunk = padded.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const sealed = await crypto.subtle.encrypt(chunkParams(cipher, index, index === count - 1), cipher.key, chunk);
    blob.set(new Uint8Array(sealed), index * (chunkBytes + tagBytes));
  }
  return blob;
}

/**
 * Decrypts a file. Hands out nothing before every chunk up to the last one authenticated.
 *
 * @param length bytes of the file, as the message that announced it says
 * @throws {E2eeError} `input_invalid`; `not_authentic`, also when the blob is not exactly as long as it must be
 */
export async function decryptFile(cipher: FileCipher, length: number, blob: Uint8Array): Promise<Bytes> {
  if (blob.length !== fileBlobBytes(length)) throw E2eeError.notAuthentic("a file of this length");
  const padded = new Uint8Array(padmeLength(length));
  const count = Math.ceil(padded.length / chunkBytes);
  for (let index = 0; index < count; index++) {
    const start = index * (chunkBytes + tagBytes);
    const sealed = new Uint8Array(blob.subarray(start, start + chunkBytes + tagBytes));
    padded.set(await openChunk(cipher, index, index === count - 1, sealed), index * chunkBytes);
  }
  return padded.slice(0, length);
}

async function openChunk(cipher: FileCipher, index: number, last: boolean, sealed: Bytes): Promise<Bytes> {
  const params = chunkParams(cipher, index, last);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(params, cipher.key, sealed));
  } catch (error) {
    throw E2eeError.notAuthentic(`chunk ${index} of the file`, error);
  }
}

/** IV = prefix ‖ u32 index ‖ u8 last. */
function chunkParams({ prefix }: FileCipher, index: number, last: boolean): AesGcmParams {
  const iv = concat(exactly(filePrefixBytes, prefix, "file prefix"), u32(index), u8(last ? 1 : 0));
  return { name: "AES-GCM", iv, additionalData: utf8("sotto/v1/file"), tagLength: tagBytes * 8 };
}
