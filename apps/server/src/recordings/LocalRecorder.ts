import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { ConfigError } from "../config/ConfigError.ts";
import { installationRoot, type LoadedConfig } from "../config/loadConfig.ts";
import type { Secrets } from "../config/Secrets.ts";
import { Engine, type EngineLine } from "../platform/engines/Engine.ts";
import { findProgram, isExecutable } from "../platform/engines/findProgram.ts";

/** What a recorder needs besides Node. */
export interface RecorderPrograms {
  chromium: string;
  ffmpeg: string;
}

const chromiums = ["chromium", "chromium-browser", "google-chrome"];
/** Where recorders keep what is not complete yet; see `apps/recorder`. */
const unfinishedFolder = "unfinished";

/**
 * What the own recorder is to be run with; null where there is to be none. Throws a ConfigError where the configuration
 * wants one and this machine has not what it takes.
 */
export function findRecorderPrograms({ recording }: LoadedConfig): RecorderPrograms | null {
  const { enabled, ownRecorder } = recording;
  if (enabled === false || !ownRecorder) return null;
  const chromium = named("recording.chromium", recording.chromium) ?? findProgram(chromiums);
  const ffmpeg = named("recording.ffmpeg", recording.ffmpeg) ?? findProgram(["ffmpeg"]);
  if (chromium !== undefined && ffmpeg !== undefined) return { chromium, ffmpeg };
  if (enabled === undefined) return null;
  const missing = [chromium === undefined ? "Chromium" : "", ffmpeg === undefined ? "ffmpeg" : ""].filter(Boolean);
  throw new ConfigError(
    `recording.enabled needs ${missing.join(" and ")} on this machine (Debian: apt-get install chromium ffmpeg); or set recording.ownRecorder: false and run recorders elsewhere`,
  );
}

function named(setting: string, path: string | undefined): string | undefined {
  if (path === undefined || isExecutable(path)) return path;
  throw new ConfigError(`${setting} names ${path}, which is not a program that can be run`);
}

interface LocalRecorderOptions {
  config: LoadedConfig;
  secrets: Secrets;
  programs: RecorderPrograms;
  natsServers: string[];
  /** Where its browser finds this installation. */
  origin: string;
  log: Logger;
}

/** The recorder of an installation on one machine: a child process, started when there is something to record. */
export class LocalRecorder implements AsyncDisposable {
  readonly #options: LocalRecorderOptions;
  #engine: Promise<Engine> | null = null;
  #disposed = false;

  constructor(options: LocalRecorderOptions) {
    this.#options = options;
  }

  /** Starts it where something is left from a crash, to be completed. */
  completeLeftovers(): void {
    const folder = join(this.#options.config.recording.dir, unfinishedFolder);
    if (existsSync(folder) && readdirSync(folder).length > 0) this.start();
  }

  /** Starts it, unless it runs; it stays until this is disposed. */
  start(): void {
    if (this.#engine !== null || this.#disposed) return;
    this.#engine = this.#launch();
    this.#engine.catch((error: unknown) => {
      this.#engine = null;
      this.#options.log.error({ err: error }, "the recorder does not start");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const engine = await this.#engine?.catch(() => null);
    await engine?.stop();
  }

  #launch(): Promise<Engine> {
    const { config, secrets, programs, natsServers, origin, log } = this.#options;
    const { atOnce, dir, ageRecipient } = config.recording;
    return Engine.start({
      name: "recorder",
      binary: process.execPath,
      args: [join(installationRoot, "apps/recorder/src/main.ts")],
      environment: {
        SOTTO_WORKER_NATS: natsServers.join(","),
        SOTTO_WORKER_SEED: secrets.nats.worker,
        SOTTO_WORKER_ORIGIN: origin,
        SOTTO_WORKER_DIR: dir,
        SOTTO_WORKER_AT_ONCE: String(atOnce),
        SOTTO_WORKER_CHROMIUM: programs.chromium,
        SOTTO_WORKER_FFMPEG: programs.ffmpeg,
        SOTTO_WORKER_LOG_LEVEL: config.log.level,
        ...(ageRecipient !== undefined && { SOTTO_WORKER_AGE_RECIPIENT: ageRecipient }),
      },
      isReady: () => Promise.resolve(true),
      parseLine: parseRecorderLine,
      log,
    });
  }
}

const levels: Record<number, EngineLine["level"]> = { 10: "debug", 20: "debug", 30: "info", 40: "warn" };

/** A JSON line of the recorder's log, which names nobody. */
function parseRecorderLine(line: string): EngineLine | null {
  try {
    const { level, msg, err } = JSON.parse(line) as { level: number; msg: string; err?: { message?: string } };
    return { level: levels[level] ?? "error", text: err?.message === undefined ? msg : `${msg}: ${err.message}` };
  } catch {
    return line.trim() === "" ? null : { level: "warn", text: line };
  }
}
