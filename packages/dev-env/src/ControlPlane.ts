import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const programs = resolve(root, "apps/server/src");
const exitWithParent = resolve(root, "tools/exitWithParent.mjs");
const readyPattern = /^(?:Sotto is|The engines are) ready at (\S+)/;
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;
const keptLogLines = 20_000;

/**
 * `apps/server/src/main.ts`, or the engines apart from it (`runEngines`), in a process of its own, which stops when this
 * process ends in whatever way.
 */
export class ControlPlane {
  /** Such as `http://127.0.0.1:40123`; of the engines that of nats-server. */
  readonly origin: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: string[];

  private constructor(child: ChildProcess, pid: number, origin: string, lines: string[]) {
    this.#child = child;
    this.pid = pid;
    this.origin = origin;
    this.#lines = lines;
  }

  /** Resolves when it is ready. Throws an error with everything it wrote when it ends before. */
  static async start(
    configFile: string,
    environment: Readonly<Record<string, string>> = {},
    program: "main" | "runEngines" = "main",
  ): Promise<ControlPlane> {
    const file = resolve(programs, `${program}.ts`);
    const child = spawn(process.execPath, ["--import", exitWithParent, file, "--config", configFile], {
      env: { ...cleanEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    const lines: string[] = [];
    const ready = Promise.withResolvers<string>();
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (lines.length > keptLogLines) lines.shift();
        const origin = readyPattern.exec(line)?.[1];
        if (origin !== undefined) ready.resolve(origin);
      });
    }
    const fail = (what: string) => ready.reject(new Error([`The control plane ${what}.`, ...lines].join("\n  ")));
    child.once("error", (cause) => fail(`could not be started: ${cause.message}`));
    child.once("close", (code, signal) => fail(`ended with ${signal ?? `code ${code}`} before it was ready`));
    const timer = setTimeout(() => fail(`was not ready within ${readyTimeoutMs / 1000} s`), readyTimeoutMs);
    try {
      const origin = await ready.promise;
      if (child.pid === undefined) throw new Error("A process that wrote a line has an id.");
      return new ControlPlane(child, child.pid, origin, lines);
    } catch (error) {
      if (child.pid !== undefined) await end(child, child.pid);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What it wrote to standard output and standard error, oldest first. */
  logs(): string {
    return this.#lines.join("\n");
  }

  /** Ends it at once, as a crash or a power cut would; its engines go with it. */
  async kill(): Promise<void> {
    if (hasEnded(this.#child)) return;
    const exited = once(this.#child, "exit");
    process.kill(-this.pid, "SIGKILL");
    await exited;
  }

  /** Stops it in order. Throws if it had to be killed or did not end well. */
  async stop(): Promise<void> {
    if (hasEnded(this.#child)) return;
    const code = await end(this.#child, this.pid);
    if (code !== 0)
      throw new Error(`The control plane did not stop in order (${code}).\n  ${this.#lines.slice(-20).join("\n  ")}`);
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Asks politely, then kills the whole process group. Returns the exit code, or the name of the signal that ended it. */
async function end(child: ChildProcess, pid: number): Promise<number | NodeJS.Signals | null> {
  if (!hasEnded(child)) {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => process.kill(-pid, "SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  }
  return child.exitCode ?? child.signalCode;
}

/** Tests are configured by their file alone; only the programs to use come from outside. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = new Set(["SOTTO_NATS_SERVER_BIN", "SOTTO_LIVEKIT_SERVER_BIN"]);
  const isOurs = (name: string) => name.startsWith("SOTTO_") || name === "DATABASE_URL";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.has(name) || !isOurs(name)));
}
