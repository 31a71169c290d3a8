import { E2eeError } from "@sotto/e2ee";
import { errorCodes, type DismissedEvent, type ErrorCode } from "@sotto/protocol";

/**
 * Codes of every error the SDK throws: those of the server, and
 *
 * - `server_unreachable`: no answer, or one that is not Sotto's;
 * - `not_connected`: the call needs the connection to the meeting, which is away now or over;
 * - `media_unavailable`: the media server could not be reached;
 * - `identity_mismatch`: the media server gave us another identity than ours; the meeting was left at once;
 * - `encryption_unsupported`: the room's protection is one this client (or this browser) does not know. It never joins
 *   such a room with less;
 * - `passphrase_invalid`: the passphrase is empty, too long, or holds characters that cannot be used; nothing was sent;
 * - `passphrase_required`: the room has a passphrase, and none was given;
 * - `passphrase_wrong`: the session was opened with another passphrase; nothing was connected. `openedBy` is set;
 * - `session_reused`: the server offered a session that has ended before, as one does that replays it;
 * - `refused`: a host did not let us in from the waiting room;
 * - `replaced`: our place in the waiting room was taken on by another page of this browser;
 * - `file_damaged`: a file is not what its sender sent; nothing of it is given out;
 * - `file_unreadable`: a file that was to be sent cannot be read, or is a folder.
 */
export type ClientErrorCode =
  | ErrorCode
  | "server_unreachable"
  | "identity_mismatch"
  | "media_unavailable"
  | "encryption_unsupported"
  | "passphrase_invalid"
  | "passphrase_required"
  | "passphrase_wrong"
  | "session_reused"
  | "refused"
  | "replaced"
  | "file_damaged"
  | "file_unreadable"
  | "not_connected";

const passing: readonly ClientErrorCode[] = [
  "server_unreachable",
  "media_unavailable",
  "not_connected",
  "unavailable",
  "rate_limited",
  "internal",
];

/** The place in a session that an attempt to join came to. */
interface ReachedSeat {
  readonly sessionId: string;
  readonly participantId: string;
}

interface SottoErrorOptions extends ErrorOptions, Partial<ReachedSeat> {
  readonly openedBy?: string | undefined;
}

/** The only error class of this package. `code` is for programs, `message` for logs; neither holds a secret. */
export class SottoError extends Error {
  override readonly name = "SottoError";
  readonly code: ClientErrorCode;
  /**
   * Set when joining failed after the server had given us a seat, so that the join token is used up: join again with
   * `{ kind: "resume", participantId }`.
   */
  readonly participantId: string | undefined;
  /** Whose seat that is. The room may have another session by the next attempt. */
  readonly sessionId: string | undefined;
  /** Of `passphrase_wrong`: the name of who opened the session, as the server says it. */
  readonly openedBy: string | undefined;

  constructor(code: ClientErrorCode, message: string, options: SottoErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.participantId = options.participantId;
    this.sessionId = options.sessionId;
    this.openedBy = options.openedBy;
  }

  /** Whether the same may succeed a little later, with nothing else to be done about it. */
  get mayPass(): boolean {
    return passing.includes(this.code);
  }

  /** The server's own refusal. A code of a newer server that we do not know becomes `internal`. */
  static refused({ code, message }: { code: string; message: string }): SottoError {
    const known = errorCodes.find((each) => each === code);
    return new SottoError(known ?? "internal", message);
  }

  /** Any error as one of ours; what is none of ours is `internal`. */
  static from(error: unknown): SottoError {
    if (error instanceof SottoError) return error;
    if (error instanceof E2eeError && error.code === "disposed") return SottoError.notConnected(error); // with the seat
    return new SottoError("internal", "Something unexpected went wrong in the client.", { cause: error });
  }

  /** The same error, of somebody who has a seat to come back to. */
  withSeat({ sessionId, participantId }: ReachedSeat): SottoError {
    const { code, message, openedBy } = this;
    return new SottoError(code, message, { cause: this, sessionId, participantId, openedBy });
  }

  static serverUnreachable(cause?: unknown): SottoError {
    return new SottoError("server_unreachable", "The server does not answer.", { cause });
  }

  static notConnected(cause?: unknown): SottoError {
    return new SottoError("not_connected", "There is no connection to the meeting right now.", { cause });
  }

  static identityMismatch(): SottoError {
    return new SottoError("identity_mismatch", "The media server answered with an identity that is not ours.");
  }

  static fileDamaged(cause?: unknown): SottoError {
    return new SottoError("file_damaged", "This file is not what its sender sent.", { cause });
  }

  static fileUnreadable(cause?: unknown): SottoError {
    return new SottoError("file_unreadable", "This file cannot be read.", { cause });
  }

  static mediaUnavailable(cause?: unknown): SottoError {
    return new SottoError("media_unavailable", "The media server cannot be reached.", { cause });
  }

  static notOpened(): SottoError {
    return new SottoError("not_opened", "Nobody has opened this session yet.");
  }

  static passphraseInvalid(): SottoError {
    return new SottoError("passphrase_invalid", "This passphrase cannot be used.");
  }

  static passphraseRequired(): SottoError {
    return new SottoError("passphrase_required", "This meeting is protected by a passphrase.");
  }

  static passphraseWrong(openedBy: string): SottoError {
    return new SottoError("passphrase_wrong", "The session was opened with another passphrase.", { openedBy });
  }

  static sessionReused(): SottoError {
    return new SottoError("session_reused", "The server offered a session that has ended before.");
  }

  /** Why somebody who waited is not in the waiting room any more. */
  static dismissed(reason: DismissedEvent["reason"]): SottoError {
    return new SottoError(reason, `The place in the waiting room is gone: ${reason}.`);
  }

  static encryptionUnsupported(message: string, cause?: unknown): SottoError {
    return new SottoError("encryption_unsupported", message, { cause });
  }
}
