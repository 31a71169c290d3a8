import type { ManagementStatus, StatusCode } from "@sotto/protocol";
import { ZodError } from "zod";
import { AppError } from "../../platform/AppError.ts";
import { publicError } from "../../platform/http/errors.ts";

/** A management request that is answered with `status: false`. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly statusCode: StatusCode;
  readonly httpStatus: number;
  /** When it may be tried again; null where waiting changes nothing. */
  readonly retryAfterSeconds: number | null;

  constructor(statusCode: StatusCode, message: string, httpStatus = 200, retryAfterSeconds: number | null = null) {
    super(message);
    this.statusCode = statusCode;
    this.httpStatus = httpStatus;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static apiKey(): ManagementError {
    return new ManagementError("INVALID_API_KEY", "the API key is not known", 401);
  }
  static signature(message: string): ManagementError {
    return new ManagementError("INVALID_TOKEN_OR_SIGNATURE", message, 401);
  }
  static parameters(message: string): ManagementError {
    return new ManagementError("INVALID_PARAMETERS", message);
  }
  static homeClientOnly(): ManagementError {
    return new ManagementError("PERMISSION_DENIED", "only the installation's own API client may do this");
  }
  static featureDisabled(feature: string): ManagementError {
    return new ManagementError("PERMISSION_DENIED", `feature_disabled: this version of Sotto has no ${feature}`);
  }
  static rateLimited(retryAfterSeconds: number): ManagementError {
    const message = "too many requests; wait as long as Retry-After says";
    return new ManagementError("PERMISSION_DENIED", message, 429, Math.ceil(retryAfterSeconds));
  }
  static roomNotFound(): ManagementError {
    return new ManagementError("ROOM_NOT_FOUND", "the room is not active; create it first");
  }
  static notFound(message: string): ManagementError {
    return new ManagementError("NOT_FOUND", message);
  }
}

/** How a failure of a management request is answered, and whether it is a fault of ours and belongs in the log. */
export function managementFailure(thrown: unknown): { httpStatus: number; body: ManagementStatus; isOurs: boolean } {
  const answer = (statusCode: StatusCode, msg: string, httpStatus = 200, isOurs = false) => ({
    httpStatus,
    body: { status: false, msg, status_code: statusCode },
    isOurs,
  });
  if (thrown instanceof ManagementError) return answer(thrown.statusCode, thrown.message, thrown.httpStatus);
  const error = publicError(thrown);
  if (thrown instanceof ZodError && error) return answer("INVALID_PARAMETERS", error.message);
  if (error instanceof AppError && error.status < 500) {
    return answer("INVALID_PARAMETERS", error.message, error.code === "body_too_large" ? error.status : 200);
  }
  return answer("INTERNAL_SERVER_ERROR", error?.message ?? "something went wrong on the server", 200, true);
}
