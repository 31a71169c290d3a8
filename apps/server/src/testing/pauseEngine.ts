import { enginePids } from "./enginePids.ts";
import type { TestServer } from "./startTestServer.ts";

/** Lets an engine that this server supervises hang until it is disposed of: connections stay, and nothing is answered. */
export function pauseEngine(server: Pick<TestServer, "dataDir">, engine: "nats" | "livekit"): Disposable {
  const pids = enginePids(server, engine);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  return {
    [Symbol.dispose]() {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    },
  };
}
