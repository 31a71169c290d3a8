/**
 * A job that cannot be done.
 *
 * - `refused`: the control plane does not allow it (any more).
 * - `unreachable`: the control plane does not answer.
 * - `forbidden`: the room's own features forbid it, whatever the control plane says.
 */
export type JobErrorCode = "refused" | "unreachable" | "forbidden";

/** Why a job came to nothing. The message is for the operator and names no person and no secret. */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: JobErrorCode;

  constructor(code: JobErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
