import type { FastifyRequest } from "fastify";
import { AppError } from "../AppError.ts";

/** Under which origin the sender of a request reaches this installation. */
export function publicOrigin(request: FastifyRequest, publicUrl: string | undefined): URL {
  const origin = URL.parse(publicUrl ?? `${request.protocol}://${request.host}`);
  if (origin === null) throw AppError.bodyInvalid("the request's Host header is not an address");
  return origin;
}

/** The same origin for WebSockets, without a trailing slash. */
export function webSocketOrigin({ protocol, host }: URL): string {
  return `${protocol === "https:" ? "wss" : "ws"}://${host}`;
}
