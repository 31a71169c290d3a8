import { decodeBase64Url, encodeBase64Url, SessionKeys } from "@sotto/e2ee";
import { mediaIdentity, type JoinAnswer } from "@sotto/protocol";
import type { SottoApi } from "../api/SottoApi.ts";
import { encryptedCodec, plainCodec, type MessageCodec } from "../chat/MessageCodec.ts";
import type { EndedSessions } from "../encryption/EndedSessions.ts";
import { EpochKeeper } from "../encryption/EpochKeeper.ts";
import type { FindRoot, PassphraseAnswer, SessionRoot } from "../encryption/SessionRoot.ts";
import type { JoinCredential } from "../JoinOptions.ts";
import { SottoError } from "../SottoError.ts";
import { WaitingRoom } from "../waiting/WaitingRoom.ts";

/** What one `POST /api/join` gave us: a seat to take, under a nonce made for it alone. */
export interface Admission {
  readonly answer: JoinAnswer;
  readonly senderNonce: Uint8Array;
  /** Our media identity. */
  readonly identity: string;
  /** Null in a room without end-to-end encryption, and only there. */
  readonly keys: SessionKeys | null;
  /** What brings the epochs of `keys` into use. */
  readonly epochs: EpochKeeper | null;
  /** In a room with a passphrase, and only there: what another seat of the same session needs. */
  readonly root: SessionRoot | null;
  readonly codec: MessageCodec;
}

/**
 * - `findRoot`: null for whoever joins without a passphrase. With one, a room that has none is refused: the person meant
 *   to keep the server out.
 * - `endedSessions`: sessions that are refused when the server offers them again.
 * - `analytics`: what we say about being in the meeting's statistics, if anything.
 * - `onWaiting`: called when a host has to let us in first.
 */
export interface AdmissionRequest {
  readonly credential: JoinCredential;
  readonly findRoot: FindRoot | null;
  readonly endedSessions: EndedSessions | null;
  readonly analytics: boolean | undefined;
  readonly onWaiting: ((waitingRoom: WaitingRoom) => void) | null;
  readonly signal: AbortSignal;
}

/** What was answered to whom. */
interface Asked {
  readonly answer: JoinAnswer;
  readonly senderNonce: Uint8Array;
}

/**
 * Asks for a seat, waits until a host lets us in where that is so, and makes its keys. Throws a {@link SottoError}: the
 * server's refusal, `refused` or `replaced` of the waiting room; or, with the seat to come back to, that of
 * {@link FindRoot}, `passphrase_required`, `session_reused`, or `encryption_unsupported` for a room whose protection we
 * do not know or did not expect. Then nothing was connected but the waiting room.
 */
export async function requestAdmission(api: SottoApi, request: AdmissionRequest): Promise<Admission> {
  const { credential, analytics, onWaiting, signal } = request;
  const asked = await ask(api, credential, { analytics, signal });
  const { answer, senderNonce } = asked.answer.waiting
    ? await waitToBeLetIn(api, asked.answer, onWaiting, signal)
    : asked;
  try {
    if (await request.endedSessions?.has(answer.sessionId)) throw SottoError.sessionReused();
    const { keys, root } = await makeKeys(answer, senderNonce, request);
    const epochs = keys && new EpochKeeper(keys);
    return {
      answer,
      senderNonce,
      identity: mediaIdentity(answer.participantId, encodeBase64Url(senderNonce)),
      keys,
      epochs,
      root,
      codec:
        keys && epochs
          ? encryptedCodec(
              keys,
              (epoch) => epochs.obtain(epoch),
              () => epochs.prepareToSend(),
            )
          : plainCodec,
    };
  } catch (cause) {
    signal.throwIfAborted();
    throw SottoError.from(cause).withSeat(answer);
  }
}

/** Under a nonce that is new every time. */
async function ask(
  api: SottoApi,
  credential: JoinCredential,
  { analytics, signal }: { analytics?: boolean | undefined; signal: AbortSignal },
): Promise<Asked> {
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const request = { senderNonce: encodeBase64Url(nonce), ...(analytics !== undefined && { analytics }) };
  if (credential.kind === "resume") {
    const answer = await api.join({ ...request, participantId: credential.participantId }, { signal });
    return { answer, senderNonce: nonce };
  }
  const { token, name } = credential;
  const answer = await api.join({ ...request, ...(name !== undefined && { name }) }, { token, signal });
  return { answer, senderNonce: nonce };
}

function waitToBeLetIn(
  api: SottoApi,
  answer: JoinAnswer,
  onWaiting: AdmissionRequest["onWaiting"],
  signal: AbortSignal,
): Promise<Asked> {
  const waitingRoom = new WaitingRoom(answer);
  onWaiting?.(waitingRoom);
  const credential = { kind: "resume", participantId: answer.participantId } as const;
  return waitingRoom.wait(answer, () => ask(api, credential, { signal }), signal);
}

async function makeKeys(
  answer: JoinAnswer,
  senderNonce: Uint8Array,
  { findRoot, signal }: AdmissionRequest,
): Promise<Pick<Admission, "keys" | "root">> {
  const { e2ee, sessionId, participantId } = answer;
  const self = { participantId, senderNonce };
  if (findRoot && e2ee.model !== "passphrase") {
    throw SottoError.encryptionUnsupported("The server says that this meeting is not protected by a passphrase.");
  }
  switch (e2ee.model) {
    case "none":
      return { keys: null, root: null };
    case "server": {
      const { secret, epochs } = e2ee;
      if (secret === undefined || epochs === undefined) {
        throw SottoError.encryptionUnsupported("The server did not give the key of this meeting.");
      }
      try {
        const keys = await SessionKeys.forServerKey({
          sessionId,
          root: decodeBase64Url(secret),
          epochs: epochs.map(({ epoch, secret: epochSecret }) => ({ epoch, secret: decodeBase64Url(epochSecret) })),
          self,
        });
        return { keys, root: null };
      } catch (cause) {
        throw SottoError.encryptionUnsupported("The key of this meeting is not one this client can use.", cause);
      }
    }
    case "passphrase": {
      if (!findRoot) throw SottoError.passphraseRequired();
      const found = await findRoot({ ...answer, e2ee } satisfies PassphraseAnswer, signal);
      const keys = await SessionKeys.forPassphrase({ sessionId, root: found.root, epoch: e2ee.epoch, self });
      return { keys, root: found };
    }
  }
}
