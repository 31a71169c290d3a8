import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { enginesOf, type Stack } from "@sotto/dev-env";
import { findChromium } from "@sotto/dev-env/launchChromium";

const root = resolve(import.meta.dirname, "../../..");
const program = resolve(root, "apps/transcriber/src/main.ts");
const exitWithParent = resolve(root, "tools/exitWithParent.mjs");

/** What `npm run transcriber` runs, with pocketsphinx. */
export interface RunningTranscriber extends AsyncDisposable {
  pid: number;
  /** What nobody but itself is to have. */
  seed: string;
  /** What it wrote. */
  logs(): string;
}

/** Resolves when it takes jobs of this installation. Disposing it stops it in order. */
export async function startTranscriber(stack: Stack): Promise<RunningTranscriber> {
  const dataFolder = join(stack.folder, "node-1");
  const secrets = JSON.parse(readFileSync(join(dataFolder, "secrets.json"), "utf8")) as { nats: { worker: string } };
  const seed = secrets.nats.worker;
  const child = spawn(process.execPath, ["--import", exitWithParent, program], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      SOTTO_WORKER_NATS: enginesOf(dataFolder).nats.url,
      SOTTO_WORKER_SEED: seed,
      SOTTO_WORKER_ORIGIN: stack.origin,
      SOTTO_WORKER_CHROMIUM: findChromium(),
      // Where the kernel can keep an engine from the network is another test's question.
      SOTTO_TRANSCRIBER_ISOLATION: "preferred",
    },
  });
  const ended = once(child, "exit");
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (line.includes("the transcriber takes jobs")) ready.resolve();
    });
  }
  child.once("close", () => ready.reject(new Error(`The transcriber ended.\n${lines.join("\n")}`)));
  await ready.promise;
  if (child.pid === undefined) throw new Error("A process that wrote a line has an id.");
  return {
    pid: child.pid,
    seed,
    logs: () => lines.join("\n"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
