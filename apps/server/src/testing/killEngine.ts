import { enginePids } from "./enginePids.ts";
import type { TestServer } from "./startTestServer.ts";

/** Ends an engine that this server supervises, at once and without a word; it is started again on its port. */
export function killEngine(server: Pick<TestServer, "dataDir">, engine: "nats" | "livekit"): void {
  for (const pid of enginePids(server, engine)) process.kill(pid, "SIGKILL");
}
