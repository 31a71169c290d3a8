import { decodeBase64Url, encodeBase64Url, SessionKeys } from "@sotto/e2ee";
import { mediaIdentity, type JoinAnswer } from "@sotto/protocol";
import type { SottoApi } from "../api/SottoApi.ts";
import { encryptedCodec, plainCodec, type MessageCodec } from "../chat/MessageCodec.ts";
import type { JoinCredential } from "../JoinOptions.ts";
import { SottoError } from "../SottoError.ts";

/** What one `POST /api/join` gave us: a seat to take, under a nonce made for it alone. */
export interface Admission {
  readonly answer: JoinAnswer;
  readonly senderNonce: Uint8Array;
  /** Our media identity. */
  readonly identity: string;
  /** Null in a room without end-to-end encryption, and only there. */
  readonly keys: SessionKeys | null;
  readonly codec: MessageCodec;
}

/**
 * Asks for a seat and makes its keys. Throws a {@link SottoError}: the server's refusal, or `encryption_unsupported` for
 * a room whose protection we do not know; then nothing was connected.
 */
export async function requestAdmission(
  api: SottoApi,
  credential: JoinCredential,
  signal: AbortSignal,
): Promise<Admission> {
  const senderNonce = crypto.getRandomValues(new Uint8Array(16));
  const nonceText = encodeBase64Url(senderNonce);
  const answer =
    credential.kind === "token"
      ? await api.join(
          { senderNonce: nonceText, ...(credential.name !== undefined && { name: credential.name }) },
          { token: credential.token, signal },
        )
      : await api.join({ senderNonce: nonceText, participantId: credential.participantId }, { signal });
  if (answer.waiting) {
    throw new SottoError("not_allowed", "This meeting has a waiting room, for which this client is too old.");
  }
  const keys = await makeKeys(answer, senderNonce);
  return {
    answer,
    senderNonce,
    identity: mediaIdentity(answer.participantId, nonceText),
    keys,
    codec: keys ? encryptedCodec(keys) : plainCodec,
  };
}

async function makeKeys({ e2ee, sessionId, participantId }: JoinAnswer, senderNonce: Uint8Array) {
  switch (e2ee.model) {
    case "none":
      return null;
    case "server": {
      const { secret, epochs } = e2ee;
      if (secret === undefined || epochs === undefined) {
        throw SottoError.encryptionUnsupported("The server did not give the key of this meeting.");
      }
      try {
        return await SessionKeys.forServerKey({
          sessionId,
          root: decodeBase64Url(secret),
          epochs: epochs.map(({ epoch, secret: epochSecret }) => ({ epoch, secret: decodeBase64Url(epochSecret) })),
          self: { participantId, senderNonce },
        });
      } catch (cause) {
        throw SottoError.encryptionUnsupported("The key of this meeting is not one this client can use.", cause);
      }
    }
    case "passphrase":
      throw SottoError.encryptionUnsupported("This meeting needs a newer client: it is protected by a passphrase.");
  }
}
