import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that systems give to outgoing connections, one of which could take it before the program does. */
const firstPort = 15_000;
const endPort = 32_000;
const attempts = 50;

/** A TCP port of `127.0.0.1` that nobody uses now, for a program that must be told one. */
export async function freePort(): Promise<number> {
  let failure: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const candidate = randomInt(firstPort, endPort);
    const server = createServer().listen(candidate, "127.0.0.1");
    try {
      await once(server, "listening");
      server.close();
      await once(server, "close");
      return candidate;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`no free port in ${attempts} attempts`, { cause: failure });
}
