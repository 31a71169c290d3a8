import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recording, Recordings } from "./Recordings.ts";

interface MergeOptions {
  recordings: Recordings;
  dir: string;
  ffmpeg: string;
}

const keptOutput = 2_000;

/**
 * Makes one file of several, one after the other, without encoding anything anew, and puts it on record; the parts stay.
 * All of them have to be in clear and from recorders, so that they fit together. Gives the new recording's id.
 */
export async function mergeRecordings(
  parts: readonly Recording[],
  { recordings, dir, ffmpeg }: MergeOptions,
): Promise<string> {
  const [first] = parts;
  if (first === undefined) throw new Error("there is nothing to merge");
  const recordingId = randomUUID();
  const fileName = `${recordingId}.mp4`;
  const list = join(dir, `.${recordingId}.txt`);
  const draft = join(dir, `.${recordingId}.mp4`);
  try {
    // Names of records are ids: nothing in them needs quoting.
    await writeFile(list, parts.map((part) => `file ${part.fileName}\n`).join(""), { mode: 0o600 });
    const input = ["-f", "concat", "-i", list];
    await run(ffmpeg, [...input, "-c", "copy", "-movflags", "+faststart", draft]);
    await rename(draft, join(dir, fileName));
  } finally {
    await Promise.all([list, draft].map((path) => rm(path, { force: true })));
  }
  const durationMs = parts.reduce((sum, part) => sum + part.durationMs, 0);
  await recordings.add({ ...first, recordingId, fileName, durationMs });
  return recordingId;
}

async function run(ffmpeg: string, args: string[]): Promise<void> {
  const child = spawn(ffmpeg, ["-hide_banner", "-loglevel", "error", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] },
  });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-keptOutput);
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${said.trim()}`);
}
