import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

type Ffmpeg = ChildProcessByStdio<Writable, Readable, Readable>;

/** ffmpeg in another process, with what it said about how it went. */
export interface RunningFfmpeg {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The last moment of what it wrote, in milliseconds. Throws where ffmpeg failed, with its last words. */
  readonly done: Promise<{ durationMs: number }>;
}

const keptOutput = 4_000;

/** Starts ffmpeg; progress is read from file descriptor 3, so that standard output is free for media. */
export function runFfmpeg(ffmpeg: string, args: readonly string[]): RunningFfmpeg {
  const all = ["-hide_banner", "-loglevel", "error", "-nostats", "-progress", "pipe:3", ...args];
  // Nothing of ours is in its environment: the seed is there.
  const env = { PATH: process.env["PATH"] ?? "" };
  const child = spawn(ffmpeg, all, { stdio: ["pipe", "pipe", "pipe", "pipe"], env }) as unknown as Ffmpeg;
  let said = "";
  let durationMs = 0;
  child.stderr.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-keptOutput);
  });
  const progress = child.stdio[3] as Readable;
  progress.on("data", (data: Buffer) => {
    for (const [, microseconds] of data.toString().matchAll(/^out_time_us=(\d+)/gm))
      durationMs = Math.round(Number(microseconds) / 1000);
  });
  child.stdin.on("error", () => undefined); // it ended first, which `done` tells
  const done = (async () => {
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said.trim()}`);
    return { durationMs };
  })();
  done.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, done };
}
