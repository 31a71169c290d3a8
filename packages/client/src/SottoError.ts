import type { ErrorCode } from "@sotto/protocol";

/**
 * Codes of every error the SDK throws: those of the server, and
 *
 * - `server_unreachable`: no answer, or one that is not Sotto's;
 * - `not_connected`: the call needs the connection to the meeting, which is away now or over;
 * - `media_unavailable`: the media server could not be reached;
 * - `identity_mismatch`: the media server gave us another identity than ours; the meeting was left at once;
 * - `encryption_unsupported`: the room's protection is one this client (or this browser) does not know. It never joins
 *   such a room with less.
 */
export type ClientErrorCode =
  | ErrorCode
  | "server_unreachable"
  | "identity_mismatch"
  | "media_unavailable"
  | "encryption_unsupported"
  | "not_connected";

/** The only error class of this package. `code` is for programs, `message` for logs; neither holds a secret. */
export class SottoError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SottoError";
    this.code = code;
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

  static mediaUnavailable(cause?: unknown): SottoError {
    return new SottoError("media_unavailable", "The media server cannot be reached.", { cause });
  }

  static encryptionUnsupported(message: string, cause?: unknown): SottoError {
    return new SottoError("encryption_unsupported", message, { cause });
  }
}
