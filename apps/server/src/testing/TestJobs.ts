import type { JobProgress, ServiceJob, ServiceJobs } from "../sessions/ServiceJobs.ts";

/** Processes that do nothing: a test says how far they are. */
export class TestJobs implements ServiceJobs {
  readonly started: ServiceJob[] = [];
  readonly stopped: string[] = [];
  readonly #listeners = new Set<(progress: JobProgress) => void>();

  start(job: ServiceJob): Promise<void> {
    this.started.push(job);
    return Promise.resolve();
  }

  stop(jobId: string): Promise<void> {
    this.stopped.push(jobId);
    return Promise.resolve();
  }

  onProgress(listener: (progress: JobProgress) => void): void {
    this.#listeners.add(listener);
  }

  report(jobId: string, state: JobProgress["state"]): void {
    for (const listener of this.#listeners) listener({ jobId, state });
  }
}
