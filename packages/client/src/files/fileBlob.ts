import {
  decodeBase64Url,
  decryptFile,
  encodeBase64Url,
  encryptFile,
  fileBlobBytes,
  fileKey,
  filePrefixBytes,
  fileSecretBytes,
  type Bytes,
} from "@sotto/e2ee";
import type { ChatFile, E2eeModel } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";

/** The session that salts the keys of its files. */
export interface FileSession {
  readonly sessionId: string;
  readonly e2eeModel: E2eeModel;
}

/** How a file was sealed: what the message about it says beside its name, type and id. */
export type FileSeal = Pick<ChatFile, "secret" | "prefix" | "length" | "sha256">;

/** Encrypts a file under a fresh secret, as every attempt to upload must. The blob has `fileBlobBytes` bytes. */
export async function sealFile(
  session: FileSession,
  fileId: string,
  body: Uint8Array,
): Promise<{ blob: Bytes; seal: FileSeal }> {
  const secret = crypto.getRandomValues(new Uint8Array(fileSecretBytes));
  const prefix = crypto.getRandomValues(new Uint8Array(filePrefixBytes));
  const key = await fileKey(keyedSession(session), fileId, secret);
  const blob = await encryptFile({ key, prefix }, body);
  const seal = {
    secret: encodeBase64Url(secret),
    prefix: encodeBase64Url(prefix),
    length: body.length,
    sha256: await sha256(blob),
  };
  return { blob, seal };
}

/**
 * The file in a blob. Throws `file_damaged` unless the blob is, to the last byte, what the sender's message is about;
 * nothing of it is handed out before that is certain.
 */
export async function openFile(session: FileSession, file: ChatFile, blob: Bytes): Promise<Bytes> {
  try {
    if (blob.length !== fileBlobBytes(file.length)) throw new Error("another length");
    if ((await sha256(blob)) !== file.sha256) throw new Error("another hash");
    const key = await fileKey(keyedSession(session), file.fileId, decodeBase64Url(file.secret));
    return await decryptFile({ key, prefix: decodeBase64Url(file.prefix) }, file.length, blob);
  } catch (cause) {
    throw SottoError.fileDamaged(cause);
  }
}

/** Files of a room without end-to-end encryption are encrypted all the same, with a secret that the server can read. */
function keyedSession({ sessionId, e2eeModel }: FileSession) {
  return { sessionId, model: e2eeModel === "passphrase" ? e2eeModel : "server" } as const;
}

async function sha256(bytes: Bytes): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
