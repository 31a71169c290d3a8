import { randomInt } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** Below the ports that systems give to outgoing connections, one of which could take it before the engine does. */
const firstPort = 15_000;
const endPort = 32_000;
const attempts = 50;

/** The port itself, or a free one of 127.0.0.1 for 0. */
export function tcpPort(port: number): Promise<number> {
  return port === 0 ? findFree((candidate) => createServer().listen(candidate, "127.0.0.1")) : Promise.resolve(port);
}

/** The port itself, or a free one for 0. */
export function udpPort(port: number): Promise<number> {
  return port === 0 ? findFree((candidate) => createSocket("udp4").bind(candidate)) : Promise.resolve(port);
}

async function findFree(bind: (candidate: number) => Server | Socket): Promise<number> {
  let failure: unknown;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const candidate = randomInt(firstPort, endPort);
    const bound = bind(candidate);
    try {
      await once(bound, "listening");
      bound.close();
      await once(bound, "close");
      return candidate;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`no free port in ${attempts} attempts`, { cause: failure });
}
