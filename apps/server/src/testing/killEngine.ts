import { execFileSync } from "node:child_process";
import type { TestServer } from "./startTestServer.ts";

/** Ends an engine that this server supervises, at once and without a word; it is started again on its port. */
export function killEngine({ dataDir }: Pick<TestServer, "dataDir">, engine: "nats" | "livekit"): void {
  const pids = execFileSync("pgrep", ["-f", `${dataDir}/engines/${engine}/`], { encoding: "utf8" });
  for (const pid of pids.trim().split("\n")) process.kill(Number(pid), "SIGKILL");
}
