import type { ApiClient } from "../../clients/ApiClient.ts";
import type { Context } from "../../context.ts";

/**
 * One endpoint: the request in canonical form, to the fields of a successful answer. Whatever it reads or changes must be
 * `client`'s own.
 */
export type Endpoint = (context: Context, request: unknown, client: ApiClient) => Promise<object & { msg?: string }>;
