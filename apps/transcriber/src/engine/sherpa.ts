import { spawnSync } from "node:child_process";
import { z } from "zod";
import type { Engine, Heard } from "./Engine.ts";
import { EngineError } from "./EngineError.ts";
import { EngineProcess } from "./EngineProcess.ts";
import { sherpaFiles } from "./sherpaFiles.ts";

const program = new URL("sherpaProcess.ts", import.meta.url).pathname;
/** Loading a model takes seconds on a small machine. */
const checkTimeoutMs = 120_000;

const maxReason = 200;

const lineSchema = z.object({ text: z.string(), isFinal: z.boolean() });

/**
 * sherpa-onnx with a streaming model that the operator downloaded: many languages, words while they are spoken. Tries the
 * model once. Throws an {@link EngineError} where the package or the model is missing or does not work.
 */
export function sherpa(modelFolder: string, isolation: readonly string[]): Engine {
  const files = sherpaFiles(modelFolder);
  const command = [...isolation, process.execPath, program, JSON.stringify(files)];
  const [tool = "", ...args] = command;
  const { status, stderr } = spawnSync(tool, [...args, "--check"], { encoding: "utf8", timeout: checkTimeoutMs });
  if (status !== 0) throw new EngineError(howToMend(modelFolder, stderr));
  return { name: "sherpa-onnx", open: (listener) => new EngineProcess({ ...listener, command, read: readLine }) };
}

/** Native code says on its last line why it gave up, in its own way. */
function howToMend(modelFolder: string, stderr: string): string {
  const [said = ""] = stderr.trim().split("\n").slice(-1);
  const reason = said.replace(/^\s*what\(\):\s*/, "").slice(0, maxReason) || "it did not start";
  return `sherpa-onnx does not work with the model in ${modelFolder} (${reason}): unpack the model again, or name another streaming transducer in SOTTO_TRANSCRIBER_MODEL; \`npm ci\` installs sherpa-onnx-node where that is missing`;
}

function readLine(line: string): Heard | null {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
