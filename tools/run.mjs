import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** How many lines of a program's output are kept to explain a failure. */
const keptLines = 300;

/**
 * Runs a program to its end in a process group of its own, so that stopping it also stops whatever it started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, onLine?: (line: string) => void }} options
 * @returns {Promise<{ code: number, tail: string }>} exit code (127: there is no such program) and the last lines it wrote;
 *   rejects with the signal's reason when it was stopped
 */
export function run(command, args, { cwd, env, signal, onLine }) {
  return new Promise((resolve, reject) => {
    /** @type {string[]} */
    const tail = [];
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const stop = () => {
      if (child.pid !== undefined) killGroup(child.pid, "SIGTERM");
    };
    signal?.addEventListener("abort", stop, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        tail.push(line);
        if (tail.length > keptLines) tail.shift();
        onLine?.(line);
      });
    }
    child.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === "ENOENT") resolve({ code: 127, tail: "" });
      else reject(error);
    });
    child.once("close", (code) => {
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted) reject(/** @type {Error} */ (signal.reason));
      else resolve({ code: code ?? 1, tail: tail.join("\n") });
    });
  });
}

/** @param {number} leaderPid @param {NodeJS.Signals} signal @returns {void} */
export function killGroup(leaderPid, signal) {
  try {
    process.kill(-leaderPid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

/**
 * What a program prints about itself, or undefined when it is not there or does not work.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {string | undefined}
 */
export function ask(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}
