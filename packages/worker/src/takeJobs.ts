import { jobHeartbeatMs, type JobFile, type JoiningService } from "@sotto/protocol";
import type { ControlPlaneLink } from "./ControlPlaneLink.ts";
import { JobError } from "./JobError.ts";
import { RunningJob } from "./RunningJob.ts";

/**
 * Does one job until `running.signal` says that it is to end, or it ends by itself, and gives the files it left. What it
 * throws is the job's failure.
 */
export type JobHandler = (running: RunningJob) => Promise<JobFile[]>;

/**
 * - `atOnce`: how many jobs are done at the same time; for further ones others may ask.
 * - `onTrouble`: hears of what failed, for a log. A job goes on while the control plane cannot be reached.
 */
export interface TakeJobsOptions {
  readonly link: ControlPlaneLink;
  readonly atOnce: number;
  readonly onTrouble: (error: unknown, what: string) => void;
}

/** Disposing it takes no more jobs, brings what it has of its own to a good end, and leaves the jobs to others. */
export interface Worker extends AsyncDisposable {
  /** How many jobs are being done now. */
  readonly busy: number;
}

const concludeAttempts = 6;
const concludeRetryMs = 2_000;

/** Takes jobs of one kind as they come and as many at a time as wanted, and has `handler` do each. */
export function takeJobs(
  kind: JoiningService,
  handler: JobHandler,
  { link, atOnce, onTrouble }: TakeJobsOptions,
): Worker {
  const running = new Map<RunningJob, Promise<void>>();
  const closing = new AbortController();
  let filling = false;
  let askAgain = false;

  const conclude = async (job: RunningJob, outcome: Parameters<RunningJob["conclude"]>[0]): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await job.conclude(outcome);
      } catch (error) {
        onTrouble(error, "the end of a job could not be told");
        if (attempt === concludeAttempts) return;
        await new Promise((resolve) => setTimeout(resolve, concludeRetryMs));
      }
    }
  };
  const work = async (job: RunningJob): Promise<void> => {
    try {
      const files = await handler(job);
      // Silence has it offered to others, where it is not theirs already.
      if (job.signal.reason !== "abandon") await conclude(job, { state: "finished", files });
    } catch (error) {
      onTrouble(error, "a job failed");
      const message = error instanceof JobError ? error.message : "the worker had an error; its log says more";
      await conclude(job, { state: "failed", message });
    }
  };
  /** As many as may be, one after the other: news that come meanwhile have it ask once more. */
  const fill = async (): Promise<void> => {
    askAgain = true;
    if (filling) return;
    filling = true;
    try {
      while (askAgain && !closing.signal.aborted) {
        askAgain = false;
        while (running.size < atOnce && !closing.signal.aborted) {
          const job = await link.take(kind);
          if (job === null) break;
          const taken = new RunningJob(job, link);
          const done = work(taken).finally(() => {
            running.delete(taken);
            void fill();
          });
          running.set(taken, done);
        }
      }
    } catch (error) {
      onTrouble(error, "no job could be asked for");
    } finally {
      filling = false;
    }
  };
  const look = () => {
    for (const job of running.keys()) job.beat().catch((error: unknown) => onTrouble(error, "a job was not heard of"));
    void fill();
  };
  link.onNews(look);
  const heartbeat = setInterval(look, jobHeartbeatMs);
  void fill();

  return {
    get busy() {
      return running.size;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      for (const job of running.keys()) job.end("abandon");
      await Promise.all(running.values());
      clearInterval(heartbeat);
    },
  };
}
