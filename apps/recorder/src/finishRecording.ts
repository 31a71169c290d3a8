import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JobFile, StoredRecording } from "@sotto/protocol";
import { mp4Options } from "./mp4Options.ts";
import { runFfmpeg } from "./runFfmpeg.ts";
import type { Unfinished } from "./Unfinished.ts";

interface FinishOptions {
  dir: string;
  ffmpeg: string;
  /** Tells the control plane, and throws while it does not know. */
  stored: (recording: StoredRecording) => Promise<void>;
}

/**
 * Brings a recording to its place and on record: as MP4 whose index comes first, or as it is where it is encrypted. May be
 * called again after any failure, by any recorder.
 */
export async function finishRecording(
  unfinished: Unfinished,
  { dir, ffmpeg, stored }: FinishOptions,
): Promise<JobFile> {
  const { recordingId, sessionId, roomId, startedAt, sealed, codec } = unfinished.note;
  const fileName = `${recordingId}.mp4${sealed ? ".age" : ""}`;
  const place = join(dir, fileName);
  let durationMs: number;
  if (sealed) {
    // Nobody here can look inside: as long as it was written to.
    const written = (await statOf(unfinished.recordedPath)) ?? (await statOf(place));
    durationMs = Math.max(0, Math.round((written?.mtimeMs ?? startedAt) - startedAt));
    if (await statOf(unfinished.recordedPath)) await rename(unfinished.recordedPath, place);
  } else {
    const draft = unfinished.draftPath();
    const input = ["-f", "matroska", "-i", unfinished.recordedPath];
    const running = runFfmpeg(ffmpeg, [...input, ...mp4Options(codec), "-movflags", "+faststart", "-y", draft]);
    running.stdin.end();
    ({ durationMs } = await running.done);
    await flush(draft);
    await rename(draft, place);
  }
  const { size: sizeBytes } = await stat(place);
  const file: JobFile = { recordingId, fileName, sizeBytes, durationMs };
  await stored({ ...file, sessionId, roomId, startedAt });
  await unfinished.remove();
  return file;
}

async function statOf(path: string) {
  return stat(path).catch(() => null);
}

/** On disk, and for nobody else to read. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.chmod(0o600);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
