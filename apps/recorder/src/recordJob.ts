import { randomUUID } from "node:crypto";
import type { Job, JobFile } from "@sotto/protocol";
import { JobError, type ControlPlaneLink, type RunningJob } from "@sotto/worker";
import type { Logger } from "pino";
import { ChunkFile } from "./ChunkFile.ts";
import { finishRecording } from "./finishRecording.ts";
import { recordedCodec } from "./mp4Options.ts";
import type { RecorderConfig } from "./RecorderConfig.ts";
import { RecorderPage, type PageEnd } from "./RecorderPage.ts";
import { refuseForbidden } from "./refuseForbidden.ts";
import { SealedWriter } from "./SealedWriter.ts";
import { Unfinished } from "./Unfinished.ts";

export interface Recorder {
  config: RecorderConfig;
  link: ControlPlaneLink;
  log: Logger;
}

/** A browser that dies again and again is not the meeting's fault, nor its cure. */
const maxCrashes = 4;

/**
 * Records one session until it ends or is to be stopped. Where the browser dies, another one goes on with a file of its own.
 * Gives the files, complete and on record.
 */
export async function recordJob(recorder: Recorder, running: RunningJob): Promise<JobFile[]> {
  refuseForbidden(running.job);
  const files: JobFile[] = [];
  for (let crashes = 0; ; crashes++) {
    const { end, unfinished } = await recordOnce(recorder, running);
    if (unfinished !== null) files.push(await finish(recorder, unfinished));
    if (end.kind === "ended" || running.signal.aborted) return files;
    if (end.kind === "failed") throw new JobError("refused", `the recorder could not record: ${end.code}`);
    recorder.log.warn({ jobId: running.job.jobId }, "the browser of a recording died; another one goes on");
    if (crashes === maxCrashes) throw new JobError("refused", "the browser of the recording died again and again");
  }
}

/** Until the page ends. What it recorded is in the folder, if it was anything. */
async function recordOnce(
  { config, log }: Recorder,
  running: RunningJob,
): Promise<{ end: PageEnd; unfinished: Unfinished | null }> {
  const { job, signal } = running;
  let sink: Sink | null = null;
  const page = await RecorderPage.open({
    chromium: config.chromium,
    origin: config.origin,
    onJoined: () => running.progress("joined"),
    onTrouble: (error) => log.error({ err: error }, "what was recorded could not be written"),
    onChunk: async (bytes) => {
      if (sink === null) {
        sink = await Sink.begin(config, job, bytes);
        running
          .progress("running")
          .catch((error: unknown) => log.warn({ err: error }, "nobody heard that a recording runs"));
      }
      await sink.append(bytes);
    },
  });
  const stop = () => void page.stop();
  try {
    await page.start(await running.serviceToken());
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const end = await page.end;
    return { end, unfinished: await closed(sink) };
  } finally {
    signal.removeEventListener("abort", stop);
    await page[Symbol.asyncDispose]();
  }
}

/** TypeScript does not see that `onChunk` assigned it. */
async function closed(sink: unknown): Promise<Unfinished | null> {
  if (!(sink instanceof Sink)) return null;
  await sink.close();
  return sink.unfinished;
}

async function finish({ config, link }: Recorder, unfinished: Unfinished): Promise<JobFile> {
  using left = unfinished; // where it fails, it is found again
  return await finishRecording(left, { ...config, stored: (recording) => link.stored(recording) });
}

/** Where the chunks of one file go, from the first one on. */
class Sink {
  readonly unfinished: Unfinished;
  readonly #writer: ChunkFile | SealedWriter;

  static async begin({ dir, ffmpeg, ageRecipient }: RecorderConfig, job: Job, first: Uint8Array): Promise<Sink> {
    const codec = recordedCodec(first);
    const unfinished = await Unfinished.begin(dir, {
      recordingId: randomUUID(),
      sessionId: job.sessionId,
      roomId: job.roomId,
      startedAt: Date.now() - firstChunkMs,
      codec,
      sealed: ageRecipient !== undefined,
    });
    const path = unfinished.recordedPath;
    const writer =
      ageRecipient === undefined
        ? await ChunkFile.create(path)
        : await SealedWriter.create(path, ageRecipient, ffmpeg, codec);
    return new Sink(unfinished, writer);
  }

  private constructor(unfinished: Unfinished, writer: ChunkFile | SealedWriter) {
    this.unfinished = unfinished;
    this.#writer = writer;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#writer.append(bytes);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

/** How much the page records before it hands over the first chunk. */
const firstChunkMs = 2_000;
