import type { DropReason } from "./DropReason.ts";
import type { DecryptionState } from "./workerMessages.ts";

/** A track is undecryptable when frames failed for this long … */
const failingMs = 1000;
/** … and at least this many of them. */
const failingFrames = 5;

/** Says what became of a received track, from one frame to the next. */
export class DecryptionHealth {
  #state: DecryptionState = "waiting";
  #failures = 0;
  #failingSince = 0;

  get state(): DecryptionState {
    return this.#state;
  }

  /** @returns whether the state changed */
  note(outcome: Uint8Array | DropReason, nowMs: number): boolean {
    if (typeof outcome !== "string") {
      this.#failures = 0;
      return this.#enter("ok");
    }
    if (outcome === "server_filler" || outcome === "empty") return false;
    if (this.#failures++ === 0) this.#failingSince = nowMs;
    if (this.#failures < failingFrames || nowMs - this.#failingSince < failingMs) return false;
    return this.#enter("undecryptable");
  }

  #enter(state: DecryptionState): boolean {
    if (this.#state === state) return false;
    this.#state = state;
    return true;
  }
}
