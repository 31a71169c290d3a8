import { E2eeError } from "../E2eeError.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { exactly } from "./encoding.ts";

/** Bytes of a sender nonce. */
export const senderNonceBytes = 16;

/** One page of one participant. Every key belongs to one of these, so a reload never repeats a key. */
export interface Sender {
  /** Participant id, given by the server. */
  participantId: string;
  /** 16 random bytes, made by that page for its `POST /api/join`. */
  senderNonce: Uint8Array;
}

/**
 * The LiveKit identity of a sender: `pid ‖ "." ‖ base64url(sender_nonce)`.
 *
 * @throws {E2eeError} `input_invalid` for an empty participant id, one with a dot, or a nonce that is not 16 bytes
 */
export function formatIdentity({ participantId, senderNonce }: Sender): string {
  assertParticipantId(participantId);
  return `${participantId}.${encodeBase64Url(exactly(senderNonceBytes, senderNonce, "sender nonce"))}`;
}

/**
 * The sender a LiveKit identity names.
 *
 * @throws {E2eeError} `input_invalid` when the text is not one that {@link formatIdentity} makes
 */
export function parseIdentity(identity: string): Sender {
  const [participantId = "", nonce = "", ...rest] = identity.split(".");
  if (rest.length > 0) throw E2eeError.inputInvalid("an identity has one dot");
  assertParticipantId(participantId);
  return { participantId, senderNonce: exactly(senderNonceBytes, decodeBase64Url(nonce), "sender nonce") };
}

export function assertParticipantId(participantId: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(participantId)) throw E2eeError.inputInvalid("not a participant id");
}
