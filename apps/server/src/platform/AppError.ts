import type { ErrorCode, Service, ServiceRefusal } from "@sotto/protocol";

/** HTTP status of each error code; one table, so that the same failure never answers two ways. */
const statusOf: Record<ErrorCode, number> = {
  body_invalid: 400,
  body_too_large: 413,
  rate_limited: 429,
  not_found: 404,
  not_allowed: 403,
  token_missing: 401,
  token_invalid: 401,
  token_expired: 401,
  token_not_yet_valid: 401,
  token_used: 409,
  resume_invalid: 401,
  resume_used: 401,
  removed: 403,
  room_not_found: 404,
  room_full: 409,
  storage_full: 409,
  session_ended: 410,
  session_replaced: 409,
  not_opened: 409,
  guests_disabled: 403,
  key_model_forbids: 403,
  feature_disabled: 403,
  consent_missing: 409,
  unavailable: 503,
  internal: 500,
};

const serviceNames: Record<Service, string> = {
  recording: "recording on the server",
  transcription: "transcription",
  broadcasting: "broadcasting",
  ai: "AI",
};

/**
 * A failure that the other side may know about. `message` crosses the wire: it says what to do and never holds a
 * secret. Everything else that is thrown is answered as `internal`, without details.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly status: number;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = statusOf[code];
  }

  static bodyInvalid(message: string, cause?: unknown): AppError {
    return new AppError("body_invalid", message, { cause });
  }
  static bodyTooLarge(maxBytes: number): AppError {
    return new AppError("body_too_large", `the body has more than ${maxBytes} bytes`);
  }
  static rateLimited(): AppError {
    return new AppError("rate_limited", "too many requests; try again in a minute");
  }
  static tooFast(): AppError {
    return new AppError("rate_limited", "that was too much at once; try again in a few seconds");
  }
  static notFound(): AppError {
    return new AppError("not_found", "there is nothing at this address");
  }
  static personGone(): AppError {
    return new AppError("not_found", "this person is not in the meeting any more");
  }
  static notAllowed(message: string): AppError {
    return new AppError("not_allowed", message);
  }
  static tokenMissing(): AppError {
    return new AppError("token_missing", "a join token is required: Authorization: Bearer <token>");
  }
  static tokenInvalid(): AppError {
    return new AppError("token_invalid", "this is not a join token of this installation");
  }
  static tokenExpired(): AppError {
    return new AppError("token_expired", "the join token has expired; ask for a new link");
  }
  static tokenNotYetValid(): AppError {
    return new AppError("token_not_yet_valid", "the join token is not valid yet");
  }
  static tokenUsed(): AppError {
    return new AppError("token_used", "the join token was used already; ask for a new link");
  }
  static resumeInvalid(): AppError {
    return new AppError("resume_invalid", "this seat cannot be resumed; join again with a new link");
  }
  static resumeUsed(): AppError {
    return new AppError(
      "resume_used",
      "this seat is another page's by now; go on there, or join again with a new link",
    );
  }
  static removed(): AppError {
    return new AppError("removed", "you were removed from the meeting");
  }
  static roomNotFound(): AppError {
    return new AppError("room_not_found", "there is no such meeting, or it has ended");
  }
  static roomFull(): AppError {
    return new AppError("room_full", "the meeting is full");
  }
  static waitingRoomFull(): AppError {
    return new AppError("room_full", "as many people are waiting as can; try again when some were let in");
  }
  static storageFull(): AppError {
    return new AppError("storage_full", "the meeting's files take up all the space there is for them");
  }
  static messagesFull(cause?: unknown): AppError {
    return new AppError("storage_full", "the meeting holds as many messages as it may", { cause });
  }
  static shareFull(): AppError {
    return new AppError("storage_full", "you have sent as much in this meeting as one person may");
  }
  static sessionEnded(): AppError {
    return new AppError("session_ended", "the meeting has ended");
  }
  static sessionReplaced(): AppError {
    return new AppError("session_replaced", "the meeting has begun again with a new session; join it anew");
  }
  static notOpened(): AppError {
    return new AppError("not_opened", "the host has not opened the meeting yet; try again in a moment");
  }
  static guestsDisabled(): AppError {
    return new AppError("guests_disabled", "guests may not open meetings on this installation");
  }
  static serviceRefused(service: Service, refusal: ServiceRefusal): AppError {
    const name = serviceNames[service];
    const message =
      refusal === "key_model_forbids"
        ? `${name} is off in this meeting: its key is a passphrase that the server does not have, so there is nothing the server could see, hear or read`
        : `${name} is off in this meeting: the room was made without it`;
    return new AppError(refusal, message);
  }
  static consentMissing(): AppError {
    return new AppError("consent_missing", "not everybody in the meeting has been asked yet");
  }
  static unavailable(cause?: unknown): AppError {
    return new AppError("unavailable", "the service cannot answer right now; try again", { cause });
  }
}
