import type { Job, JobFile, JobReport, JobState } from "@sotto/protocol";
import type { ControlPlaneLink } from "./ControlPlaneLink.ts";

/** One job that is being done: what its handler works with. */
export class RunningJob {
  readonly job: Job;
  readonly #link: ControlPlaneLink;
  readonly #stop = new AbortController();
  #state: JobState = "taken";

  constructor(job: Job, link: ControlPlaneLink) {
    this.job = job;
    this.#link = link;
  }

  /** Aborted when the job is to come to its end, with `"stop"`, or is to be left to others, with `"abandon"`, as reason. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** A token to join with; each works once. Throws a `JobError`. */
  serviceToken(): Promise<string> {
    return this.#link.serviceToken(this.job);
  }

  /** Says that we joined the session, or that the work itself is running. */
  async progress(state: "joined" | "running"): Promise<void> {
    this.#state = state;
    await this.beat();
  }

  /** Says that somebody is at it. Throws a `JobError` where nobody hears it. */
  async beat(): Promise<void> {
    const { wanted } = await this.#tell({ state: this.#state });
    if (wanted !== "run") this.end(wanted);
  }

  /** Has the handler come to its end. */
  end(reason: "stop" | "abandon"): void {
    if (!this.signal.aborted) this.#stop.abort(reason);
  }

  /** The last word on the job. */
  async conclude(
    outcome: { state: "finished"; files: JobFile[] } | { state: "failed"; message: string },
  ): Promise<void> {
    await this.#tell(outcome);
  }

  #tell(news: Pick<JobReport, "state" | "message" | "files">) {
    const { jobId, lease } = this.job;
    return this.#link.report({ jobId, lease, ...news });
  }
}
