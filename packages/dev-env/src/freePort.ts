import { once } from "node:events";
import { createServer } from "node:net";

/** A TCP port of `127.0.0.1` that nobody uses now, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("A listening server has a port.");
  return address.port;
}
