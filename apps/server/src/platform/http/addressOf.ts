import type { IncomingMessage } from "node:http";

/**
 * The client's address of a request that no route handles. Behind a proxy that we trust it is what that one says, and
 * nothing that its client wrote there: the last entry.
 */
export function addressOf({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim();
  return (trustProxy && forwarded) || socket.remoteAddress || "";
}
