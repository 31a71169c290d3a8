import {
  jobHeartbeatMs,
  jobReportSchema,
  leaseRequestSchema,
  takeJobRequestSchema,
  type Job,
  type JobFile,
  type JoiningService,
  type JobReport,
  type JobReportResult,
  type JobState,
} from "@sotto/protocol";
import type { Logger } from "pino";
import { randomSecret, sha256 } from "../../sessions/tokens.ts";
import { AppError } from "../AppError.ts";
import type { KvBucket, KvEntry } from "../nats/KvBucket.ts";
import { rpcRequest } from "../nats/rpcRequest.ts";
import type { WorkerBus, WorkerHandler } from "../nats/WorkerBus.ts";
import type { JobRecord } from "./JobRecord.ts";

/** What is to be done, said by whoever starts it. */
export type JobRequest = Pick<JobRecord, "jobId" | "kind" | "sessionId" | "roomId" | "roomTitle" | "features">;

/**
 * How a job goes on. A job that another worker takes over is `taken` again; `failed` and `finished` are the last of it.
 * `message`: for the operator. `files`: what it left.
 */
export interface JobProgress extends Pick<JobRecord, "jobId" | "kind" | "sessionId" | "roomId"> {
  state: JobState;
  message?: string;
  files?: JobFile[];
}

/** Makes the one-time token that lets a job's worker into its session. Throws an AppError where it may not come in (any more). */
export type IssueServiceToken = (job: JobRecord) => Promise<string>;

interface JobsOptions {
  bucket: KvBucket<JobRecord>;
  bus: WorkerBus;
  /** Answers `j.stored`. */
  onStored: WorkerHandler;
  log: Logger;
}

/** Nobody took it: there is no worker, or all are busy. */
const takePatienceMs = 20_000;
const silenceMs = 3 * jobHeartbeatMs;
/** A session that kills every worker is not recorded by the next one either. */
const maxParts = 5;

/**
 * Work for processes of their own. A job is one record in the state, and every step of it a compare-and-set: of any number
 * of workers that ask any number of nodes, one takes it. Whoever has the job's lease does it, and says so every few
 * seconds; each node's sweep finds those nobody does any more.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #listeners = new Set<(progress: JobProgress) => void>();
  readonly #startListeners = new Set<(kind: JoiningService) => unknown>();
  readonly #refusals = new Map<JoiningService, string>();
  #issueToken: IssueServiceToken = () => Promise.reject(AppError.notAllowed("no service is let into sessions here"));

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** Starts answering workers; `issueToken` decides whether a job's worker may join now. */
  serve(issueToken: IssueServiceToken): void {
    this.#issueToken = issueToken;
    this.#options.bus.serve({
      take: (body) => this.#take(rpcRequest(body, takeJobRequestSchema).kind),
      token: async (body) => ({ token: await this.#token(rpcRequest(body, leaseRequestSchema)) }),
      report: (body) => this.#report(rpcRequest(body, jobReportSchema)),
      stored: this.#options.onStored,
    });
  }

  /** There is nobody for jobs of that kind on this installation; `reason` says what to do about it. */
  refuse(kind: JoiningService, reason: string): void {
    this.#refusals.set(kind, reason);
  }

  /** Whether there is anybody for jobs of that kind. */
  offers(kind: JoiningService): boolean {
    return !this.#refusals.has(kind);
  }

  /**
   * Offers a job to the workers. A second one with the same id is none. Throws `not_allowed` where the installation has
   * no workers for it.
   */
  async start(request: JobRequest): Promise<void> {
    const refusal = this.#refusals.get(request.kind);
    if (refusal !== undefined) throw AppError.notAllowed(refusal);
    const record: JobRecord = { ...request, phase: { name: "waiting", since: Date.now() }, stopping: false, part: 1 };
    await this.#options.bucket.create(record.jobId, record);
    for (const listener of this.#startListeners) listener(record.kind);
    this.#options.bus.announce();
  }

  /** Has the job come to a good end. One that nobody has taken yet is over at once. */
  async stop(jobId: string): Promise<void> {
    const { bucket, bus } = this.#options;
    const entry = await bucket.mutate(jobId, (job) => (job.stopping ? job : { ...job, stopping: true }));
    if (entry?.value.phase.name === "waiting") await this.#conclude(entry, { state: "finished" });
    else bus.announce();
  }

  /** Every step of every job is heard by one node, and by all of its listeners. */
  onProgress(listener: (progress: JobProgress) => void): void {
    this.#listeners.add(listener);
  }

  /** Called when this node offers a job: whoever starts workers on demand does it now. */
  onStart(listener: (kind: JoiningService) => unknown): void {
    this.#startListeners.add(listener);
  }

  /** Gives up what nobody took, and offers again what its worker is not heard of any more. */
  async sweep(now: number): Promise<void> {
    const { bucket, bus, log } = this.#options;
    for (const entry of bucket.memory.values()) {
      const { phase, ...job } = entry.value;
      if (phase.name === "waiting" && phase.since + takePatienceMs <= now) {
        log.warn({ jobId: job.jobId, kind: job.kind }, "no worker took a job");
        await this.#conclude(entry, { state: "failed", message: "no worker was free" });
      } else if (phase.name === "taken" && phase.heardAt + silenceMs <= now) {
        log.warn({ jobId: job.jobId, kind: job.kind }, "the worker of a job is not heard of any more");
        if (job.kind !== "recording" || job.stopping || job.part >= maxParts) {
          await this.#conclude(entry, { state: "failed", message: "its worker is gone" });
          continue;
        }
        const next: JobRecord = { ...job, part: job.part + 1, phase: { name: "waiting", since: now } };
        if ((await bucket.update(entry.key, next, entry.revision)) === null) continue;
        for (const listener of this.#startListeners) listener(job.kind);
        bus.announce();
      }
    }
  }

  async #take(kind: JoiningService): Promise<{ job: Job | null }> {
    const { bucket } = this.#options;
    const jobs = await bucket.entries("");
    for (const { key, value, revision } of jobs) {
      if (value.kind !== kind || value.phase.name !== "waiting" || value.stopping) continue;
      const lease = randomSecret();
      const phase = { name: "taken", leaseHash: sha256(lease), state: "taken", heardAt: Date.now() } as const;
      if ((await bucket.update(key, { ...value, phase }, revision)) === null) continue;
      this.#tell(value, { state: "taken" });
      const { jobId, sessionId, roomId, roomTitle, features, part } = value;
      return { job: { jobId, kind, sessionId, roomId, roomTitle, features, lease, part } };
    }
    return { job: null };
  }

  async #token({ jobId, lease }: { jobId: string; lease: string }): Promise<string> {
    const entry = await this.#options.bucket.get(jobId);
    if (entry === null || !isLeasedTo(entry.value, lease) || entry.value.stopping)
      throw AppError.notAllowed("this job is not yours, or it is over");
    return this.#issueToken(entry.value);
  }

  async #report({ jobId, lease, state, message, files }: JobReport): Promise<JobReportResult> {
    const { bucket } = this.#options;
    for (;;) {
      const entry = await bucket.get(jobId);
      if (entry === null || !isLeasedTo(entry.value, lease)) return { wanted: "abandon" };
      const { value, key, revision } = entry;
      const before = value.phase.name === "taken" ? value.phase.state : null;
      if (state === "finished" || state === "failed") {
        const outcome = { state, ...(message !== undefined && { message }), ...(files && { files }) };
        if (await this.#conclude(entry, outcome)) return { wanted: "abandon" };
        continue;
      }
      const phase = { ...value.phase, name: "taken", leaseHash: sha256(lease), state, heardAt: Date.now() } as const;
      if ((await bucket.update(key, { ...value, phase }, revision)) === null) continue;
      if (before !== state) this.#tell(value, { state });
      return { wanted: value.stopping ? "stop" : "run" };
    }
  }

  /** `false` where somebody else changed the job meanwhile. */
  async #conclude(
    { key, value, revision }: KvEntry<JobRecord>,
    outcome: Pick<JobProgress, "state" | "message" | "files">,
  ): Promise<boolean> {
    if (!(await this.#options.bucket.purge(key, revision))) return false;
    this.#tell(value, outcome);
    return true;
  }

  #tell({ jobId, kind, sessionId, roomId }: JobRecord, news: Pick<JobProgress, "state" | "message" | "files">): void {
    for (const listener of this.#listeners) listener({ jobId, kind, sessionId, roomId, ...news });
  }
}

function isLeasedTo({ phase }: JobRecord, lease: string): boolean {
  return phase.name === "taken" && phase.leaseHash === sha256(lease);
}
