import { execFileSync } from "node:child_process";
import type { TestServer } from "./startTestServer.ts";

/** The processes of an engine that this server supervises: itself, and what starts it again. */
export function enginePids({ dataDir }: Pick<TestServer, "dataDir">, engine: "nats" | "livekit"): number[] {
  const pids = execFileSync("pgrep", ["-f", `${dataDir}/engines/${engine}/`], { encoding: "utf8" });
  return pids.trim().split("\n").map(Number);
}
