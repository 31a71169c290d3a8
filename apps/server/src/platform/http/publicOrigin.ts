import type { FastifyRequest } from "fastify";

/** Under which origin the sender of a request reaches this installation. */
export function publicOrigin(request: FastifyRequest, publicUrl: string | undefined): URL {
  return new URL(publicUrl ?? `${request.protocol}://${request.host}`);
}

/** The same origin for WebSockets, without a trailing slash. */
export function webSocketOrigin({ protocol, host }: URL): string {
  return `${protocol === "https:" ? "wss" : "ws"}://${host}`;
}
