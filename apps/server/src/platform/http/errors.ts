import type { ErrorBody } from "@sotto/protocol";
import type { FastifyError } from "fastify";
import { ZodError } from "zod";
import { AppError } from "../AppError.ts";

/** Largest request body in bytes; nothing this server is sent comes near it. */
export const maxRequestBytes = 256 * 1024;

/** What may be told about whatever was thrown. The one place that decides it; null is a fault of ours. */
export function publicError(thrown: unknown): AppError | null {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof ZodError) {
    const [issue] = thrown.issues;
    const path = issue?.path.join(".");
    return AppError.bodyInvalid(`${path ? `${path}: ` : ""}${issue?.message ?? "the request is not valid"}`);
  }
  const { code, statusCode } = thrown as Partial<FastifyError>;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return AppError.bodyTooLarge(maxRequestBytes);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return AppError.bodyInvalid("the request cannot be read: send JSON with content-type application/json");
  }
  return null;
}

/** The one form of an error on the wire; a fault of ours is told without details. */
export function errorBody(error: AppError | null): ErrorBody {
  const { code, message } = error ?? { code: "internal" as const, message: "something went wrong on the server" };
  return { error: { code, message } };
}
