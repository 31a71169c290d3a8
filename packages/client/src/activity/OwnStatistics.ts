import { emptyResultSchema, type ActivityRequest, type Standing } from "@sotto/protocol";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";
import type { ReadonlyStore } from "../store/Store.ts";

/** Whether the meeting's statistics are about us, too. */
export class OwnStatistics implements ReadonlyStore<boolean> {
  readonly #standing: ReadonlyStore<Pick<Standing, "permissions">>;
  readonly #call: CallControlPlane;

  /** Made by `Meeting.join`. */
  constructor(standing: ReadonlyStore<Pick<Standing, "permissions">>, call: CallControlPlane) {
    this.#standing = standing;
    this.#call = call;
  }

  /** Whether we are in them: there are some, and we agreed. */
  get(): boolean {
    return this.#standing.get().permissions.rpc.includes("activity");
  }

  subscribe(listener: () => void): () => void {
    return this.#standing.subscribe(listener);
  }

  /**
   * Leaves them, also for when we come back: what was noted of us is deleted, and nothing is noted from now on. Throws a
   * `SottoError` where it did not come to that.
   */
  async leave(): Promise<void> {
    if (!this.get()) return;
    try {
      await this.#call("activity", jsonBody({ included: false } satisfies ActivityRequest), emptyResultSchema);
    } catch (error) {
      // The answer may be what was lost, and not the request.
      if (this.get()) throw error;
    }
  }
}
