import { exactly } from "../keys/encoding.ts";
import {
  deriveAesKey,
  fileKeyInfo,
  importKeyMaterial,
  keyBytes,
  sessionSalt,
  type KeyModel,
} from "../keys/keySchedule.ts";

/** Bytes of the random secret of an upload attempt. */
export const fileSecretBytes = keyBytes;

/**
 * The AES-256-GCM key of a file: made of the file's own secret, which travels in a chat message, and salted with the
 * session.
 *
 * @param session.model of a room without end-to-end encryption, where the secret's message is not sealed: `server`
 * @param fileSecret 32 random bytes, new for every upload attempt
 * @throws {E2eeError} `input_invalid`
 */
export async function fileKey(
  { model, sessionId }: { model: KeyModel; sessionId: string },
  fileId: string,
  fileSecret: Uint8Array,
): Promise<CryptoKey> {
  const material = await importKeyMaterial(exactly(fileSecretBytes, fileSecret, "file secret"));
  return deriveAesKey(material, await sessionSalt(model, sessionId), fileKeyInfo(fileId));
}
