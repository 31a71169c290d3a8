import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { withoutSecrets } from "../log/withoutSecrets.ts";
import { guardedSpawn, killGroup } from "./guardedSpawn.ts";

export interface EngineDefinition {
  name: string;
  binary: string;
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Whether it serves; asked until it says yes. Never throws. */
  isReady: () => Promise<boolean>;
  /** Turns a line of its output into a log entry; `null` drops it. */
  parseLine: (line: string) => EngineLine | null;
  log: Logger;
  /** Told when it died by itself, and when it serves again. */
  onEvent?: (event: EngineEvent) => void;
}

export interface EngineLine {
  level: "debug" | "info" | "warn" | "error";
  text: string;
}

export type EngineEvent = "crashed" | "restarted";

const readyTimeoutMs = 15_000;
const readyPollMs = 30;
const firstBackoffMs = 200;
const maxBackoffMs = 10_000;
/** Whoever ran this long starts again with the first backoff. */
const stableMs = 30_000;
const stopTimeoutMs = 8_000;
const rememberedLines = 12;

/** An engine (nats-server, livekit-server) as a child process: started, watched, restarted, stopped. */
export class Engine implements AsyncDisposable {
  readonly #definition: EngineDefinition;
  readonly #log: Logger;
  #child: ChildProcess | null = null;
  #lastLines: string[] = [];
  readonly #stopping = new AbortController();
  #supervision: Promise<void> = Promise.resolve();

  private constructor(definition: EngineDefinition) {
    this.#definition = definition;
    this.#log = definition.log.child({ engine: definition.name });
  }

  /** Starts the engine and resolves when it serves. Throws an error that names the engine and what it said last. */
  static async start(definition: EngineDefinition): Promise<Engine> {
    const engine = new Engine(definition);
    const exited = await engine.#run();
    engine.#supervision = engine.#supervise(exited);
    return engine;
  }

  /** Process id of the guard that holds the engine; null between a crash and the restart. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Stops the engine: politely first, and for certain after some seconds. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#child) await end(this.#child);
    await this.#supervision;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Resolves when the engine serves, with a promise of its exit. */
  async #run(): Promise<{ exit: Promise<string> }> {
    const { binary, args, environment, name } = this.#definition;
    const child = guardedSpawn(binary, args, environment);
    this.#child = child;
    this.#lastLines = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => this.#onLine(line));
    }
    child.stdin?.on("error", () => {}); // it only closes when the engine is gone, which `exit` tells
    const exit = once(child, "exit").then(([code, signal]) => {
      this.#child = null;
      killGroup(child);
      return signal ? `was ended by ${signal}` : `ended with code ${code}`;
    });

    const failure = await Promise.race([this.#becomesReady(), exit]);
    if (failure === null) return { exit };
    await end(child);
    throw new Error([`${name} ${failure}`, ...this.#lastLines].join("\n  "));
  }

  /** `null` once it serves, else why it does not. */
  async #becomesReady(): Promise<string | null> {
    const deadline = Date.now() + readyTimeoutMs;
    while (Date.now() < deadline) {
      if (await this.#definition.isReady()) return null;
      await delay(readyPollMs);
    }
    return `did not serve within ${readyTimeoutMs / 1000} s`;
  }

  async #supervise(first: { exit: Promise<string> }): Promise<void> {
    let running: { exit: Promise<string> } | null = first;
    let backoffMs = firstBackoffMs;
    while (!this.#stopping.signal.aborted) {
      const startedAt = Date.now();
      if (running) {
        const how = await running.exit;
        if (this.#stopping.signal.aborted) return;
        this.#log.error({ how, said: this.#lastLines }, `${this.#definition.name} crashed; it is started again`);
        this.#definition.onEvent?.("crashed");
        if (Date.now() - startedAt > stableMs) backoffMs = firstBackoffMs;
      }
      await delay(backoffMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      backoffMs = Math.min(backoffMs * 2, maxBackoffMs);
      if (this.#stopping.signal.aborted) return;
      running = await this.#restart();
    }
  }

  async #restart(): Promise<{ exit: Promise<string> } | null> {
    try {
      const running = await this.#run();
      this.#log.warn(`${this.#definition.name} serves again`);
      this.#definition.onEvent?.("restarted");
      return running;
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#log.error({ err: error }, `${this.#definition.name} does not start`);
      return null;
    }
  }

  #onLine(line: string): void {
    const parsed = this.#definition.parseLine(line);
    if (!parsed) return;
    const text = withoutSecrets(parsed.text);
    this.#lastLines.push(text);
    if (this.#lastLines.length > rememberedLines) this.#lastLines.shift();
    this.#log[parsed.level](text);
  }
}

/** Asks the guard to end its engine; kills the whole group if that takes too long. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const killTimer = setTimeout(() => killGroup(child), stopTimeoutMs);
  await exited;
  clearTimeout(killTimer);
}
