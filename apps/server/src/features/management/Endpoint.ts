import type { Context } from "../../context.ts";

/** One endpoint: the request in canonical form, to the fields of a successful answer. */
export type Endpoint = (context: Context, request: unknown) => Promise<object & { msg?: string }>;
