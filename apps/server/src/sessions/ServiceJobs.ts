import type { JoiningService, RoomFeatures } from "@sotto/protocol";

/** Work for a process that records or transcribes. */
export interface ServiceJob {
  jobId: string;
  kind: JoiningService;
  sessionId: string;
  roomId: string;
  roomTitle: string;
  features: RoomFeatures;
}

/** How far a process is with a job. `failed`: it gave up, or was lost. */
export interface JobProgress {
  jobId: string;
  state: "taken" | "joined" | "running" | "finished" | "failed";
}

/** The processes that record and transcribe, as far as meetings deal with them. */
export interface ServiceJobs {
  start(job: ServiceJob): Promise<void>;
  /** Fine if there is no such job any more. */
  stop(jobId: string): Promise<void>;
  /** For as long as they run. Each step may be heard by one node only. */
  onProgress(listener: (progress: JobProgress) => void): void;
}
