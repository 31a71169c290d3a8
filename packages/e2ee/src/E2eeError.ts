/**
 * Why an operation of this package was refused.
 *
 * - `input_invalid`: an input has another length or form than the key schedule says; a caller's mistake or a bad peer
 * - `version_unknown`: made by another version of Sotto
 * - `epoch_unknown`: the key of that epoch is not here (yet, or any more)
 * - `epoch_rolled_back`: an epoch that is not newer than the newest one was offered
 * - `not_authentic`: tampered with, truncated, sent elsewhere or made with another key
 * - `replayed`: this message was opened before, or is too old to tell
 * - `passphrase_invalid`: the passphrase is empty, too long, or holds characters that cannot be used
 * - `encryption_unsupported`: this browser does not let us at encoded media frames
 * - `worker_failed`: the media worker or the passphrase worker broke or refused a message
 * - `disposed`: the session's keys are gone
 */
export type E2eeErrorCode =
  | "input_invalid"
  | "version_unknown"
  | "epoch_unknown"
  | "epoch_rolled_back"
  | "not_authentic"
  | "replayed"
  | "passphrase_invalid"
  | "encryption_unsupported"
  | "worker_failed"
  | "disposed";

/** The only error this package throws on purpose. `message` never holds a key, a passphrase or a plaintext. */
export class E2eeError extends Error {
  override readonly name = "E2eeError";
  readonly code: E2eeErrorCode;

  constructor(code: E2eeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static inputInvalid(what: string): E2eeError {
    return new E2eeError("input_invalid", what);
  }

  static versionUnknown(version: number): E2eeError {
    return new E2eeError("version_unknown", `message version ${version} is not known`);
  }

  static epochUnknown(epoch: number): E2eeError {
    return new E2eeError("epoch_unknown", `no key for epoch ${epoch}`);
  }

  static epochRolledBack(epoch: number, newest: number): E2eeError {
    return new E2eeError("epoch_rolled_back", `epoch ${epoch} is not newer than epoch ${newest}`);
  }

  static notAuthentic(what: string, cause?: unknown): E2eeError {
    return new E2eeError("not_authentic", `${what} does not authenticate`, { cause });
  }

  static replayed(counter: bigint): E2eeError {
    return new E2eeError("replayed", `message ${counter} was seen before or is too old`);
  }

  static passphraseInvalid(why: string): E2eeError {
    return new E2eeError("passphrase_invalid", why);
  }

  static encryptionUnsupported(why: string, cause?: unknown): E2eeError {
    return new E2eeError("encryption_unsupported", why, { cause });
  }

  static workerFailed(why: string): E2eeError {
    return new E2eeError("worker_failed", `the media worker failed: ${why}`);
  }

  static passphraseWorkerFailed(why: string): E2eeError {
    return new E2eeError("worker_failed", `the passphrase worker failed: ${why}`);
  }

  static disposed(): E2eeError {
    return new E2eeError("disposed", "the keys of this session are disposed");
  }
}
