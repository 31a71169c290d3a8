import { joiningServices, type JoiningService, type ServiceStates } from "@sotto/protocol";
import { pause } from "../connection/backoff.ts";
import type { ReadonlyStore } from "../store/Store.ts";

export interface GuardReportOptions {
  readonly room: ReadonlyStore<ServiceStates>;
  /** Whether we may say it now; whoever sends no media has nothing to say. */
  readonly mayReport: () => boolean;
  /** Resolves when our media is kept from what was not agreed to; `false` where that could not be found out. */
  readonly isInForce: () => Promise<boolean>;
  readonly report: (service: JoiningService, jobId: string) => Promise<void>;
}

const againMs = 500;

/**
 * Says of every run of a service, once for each seat, that our media is kept from it, after that is so: without this word
 * no service is let in. What could not be said for lack of a connection is said when there is one.
 */
export class GuardReport {
  readonly #options: GuardReportOptions;
  readonly #disposal = new AbortController();
  #said = new Set<string>();

  constructor(options: GuardReportOptions) {
    this.#options = options;
    const stop = options.room.subscribe(() => this.look());
    this.#disposal.signal.addEventListener("abort", stop);
  }

  /** Another seat is about to be taken, whose page has to say everything anew. */
  forget(): void {
    this.#said = new Set();
  }

  /** Says what is not said yet; to be called when messages are connected. */
  look(): void {
    if (!this.#options.mayReport()) return;
    for (const service of joiningServices) {
      const jobId = this.#jobOf(service);
      if (jobId !== null && !this.#said.has(jobId)) void this.#say(service, jobId);
    }
  }

  dispose(): void {
    this.#disposal.abort();
  }

  async #say(service: JoiningService, jobId: string): Promise<void> {
    const said = this.#said;
    const { signal } = this.#disposal;
    said.add(jobId);
    try {
      while (!(await this.#options.isInForce())) {
        await pause(againMs, signal);
        if (signal.aborted || said !== this.#said || this.#jobOf(service) !== jobId) return;
      }
      await this.#options.report(service, jobId);
    } catch {
      said.delete(jobId);
    }
  }

  #jobOf(service: JoiningService): string | null {
    const state = this.#options.room.get()[service];
    return state.state === "off" ? null : state.jobId;
  }
}
