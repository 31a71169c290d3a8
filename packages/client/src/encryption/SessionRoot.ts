import {
  decodeBase64Url,
  encodeBase64Url,
  isEqual,
  openerSaltBytes,
  passphraseCheck,
  passphraseRoot,
  passphraseRootInWorker,
  type Bytes,
} from "@sotto/e2ee";
import type { JoinAnswer, Opening } from "@sotto/protocol";
import type { SottoApi } from "../api/SottoApi.ts";
import type { JoinPassphrase } from "../JoinOptions.ts";
import { SottoError } from "../SottoError.ts";
import { meantPassphrase } from "./meantPassphrase.ts";

/** The answer to a join of a room with a passphrase. */
export type PassphraseAnswer = JoinAnswer & { readonly e2ee: Extract<JoinAnswer["e2ee"], { model: "passphrase" }> };

/** A session's root (32 bytes), proven to be the one that the session was opened with. */
export interface SessionRoot {
  readonly opening: Opening;
  readonly root: Bytes;
}

/** Finds the root of the session we were admitted to; throws a {@link SottoError}, or the signal's reason. */
export type FindRoot = (answer: PassphraseAnswer, signal: AbortSignal) => Promise<SessionRoot>;

/**
 * Opens the session with a passphrase, or finds out whether the passphrase is the one it was opened with. Nothing but
 * salt and check of an opener leaves the page before they agree.
 *
 * The returned function throws `passphrase_wrong` with the opener's name, `not_opened` when nobody opened the session and
 * we may not or do not mean to, `session_replaced` when another one has taken this one's place meanwhile. What was typed
 * for this one is not used for that one: people begin again because they want another passphrase.
 *
 * @throws {SottoError} `passphrase_invalid`, at once
 */
export function byPassphrase(api: SottoApi, passphrase: JoinPassphrase): FindRoot {
  if (meantPassphrase(passphrase.text) === null) throw SottoError.passphraseInvalid();
  return async (answer, signal) => {
    const { e2ee, sessionId, participantId } = answer;
    let own: SessionProof | null = null;
    let { opening } = e2ee;
    if (opening === null) {
      if (!e2ee.mayOpen || !passphrase.open) throw SottoError.notOpened();
      const openerSalt = crypto.getRandomValues(new Uint8Array(openerSaltBytes));
      own = await prove(passphrase, sessionId, openerSalt, signal);
      const given = { openerSalt: encodeBase64Url(openerSalt), check: encodeBase64Url(own.check) };
      opening = (await api.openSession({ sessionId, participantId, ...given }, signal)).opening;
      if (opening.openerSalt !== given.openerSalt) {
        own.root.fill(0); // somebody else was first
        own = null;
      }
    }
    own ??= await prove(passphrase, sessionId, decodeBase64Url(opening.openerSalt), signal);
    if (!isEqual(own.check, decodeBase64Url(opening.check))) {
      own.root.fill(0);
      throw SottoError.passphraseWrong(opening.openedBy.name);
    }
    return { opening, root: own.root };
  };
}

/** For whoever will type the passphrase once they know that they are let in. */
export const byAskingLater: FindRoot = () => Promise.reject(SottoError.passphraseRequired());

/** For another seat in the same session: its record is never replaced, so that its root is the one we have. */
export function byRoot(known: SessionRoot): FindRoot {
  return ({ e2ee: { opening } }) => {
    const isSame = opening?.openerSalt === known.opening.openerSalt && opening.check === known.opening.check;
    if (isSame) return Promise.resolve(known);
    return Promise.reject(SottoError.encryptionUnsupported("The server replaced how this session was opened."));
  };
}

interface SessionProof {
  readonly root: Bytes;
  readonly check: Bytes;
}

async function prove(
  { text, createWorker }: JoinPassphrase,
  sessionId: string,
  openerSalt: Bytes,
  signal: AbortSignal,
): Promise<SessionProof> {
  signal.throwIfAborted();
  const root = await (createWorker
    ? passphraseRootInWorker(createWorker(), { passphrase: text, sessionId, openerSalt }, signal)
    : passphraseRoot(text, sessionId, openerSalt));
  const check = await passphraseCheck(root, sessionId);
  signal.throwIfAborted();
  return { root, check };
}
