import type { ZodType } from "zod";
import { AppError } from "../AppError.ts";

/** The body of a request as what its method takes. Throws `body_invalid`, with `expectation` as what is wrong. */
export function rpcRequest<T>(
  body: Uint8Array,
  schema: ZodType<T>,
  expectation = "this is not the request that this method takes",
): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw AppError.bodyInvalid(expectation, cause);
  }
}
