import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const program = resolve(import.meta.dirname, "../../../../../transcriber/src/testing/transcribeOnce.ts");

/** A transcriber in a process of its own, in one meeting. */
export interface RunningTranscriber extends AsyncDisposable {
  /** What it wrote. */
  logs(): string;
}

/** Resolves when it is in the meeting that the service token is for. Disposing it has it leave. */
export async function startTranscriber(options: {
  origin: string;
  token: string;
  chromium: string;
}): Promise<RunningTranscriber> {
  const { origin, token, chromium } = options;
  const child = spawn(process.execPath, [program, origin, chromium], { stdio: "pipe" });
  const ended = once(child, "exit");
  const lines: string[] = [];
  const joined = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (line === "joined") joined.resolve();
    });
  }
  child.once("close", () => joined.reject(new Error(`The transcriber ended.\n${lines.join("\n")}`)));
  child.stdin.end(token);
  await joined.promise;
  return {
    logs: () => lines.join("\n"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
