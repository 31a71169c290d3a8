import type { Wake } from "./Wake.ts";

const firstMs = 250;
/** Most outages are short: during this time nobody waits long for the next attempt. */
const eagerForMs = 30_000;
const eagerMs = 2_000;
const patientMs = 5_000;

/**
 * Milliseconds to wait before attempt `attempt` (0 for the first), `elapsedMs` after the loss: doubling from 250 ms to 2 s,
 * after half a minute to 5 s, of which a random half, so that everybody who lost the same server does not come back in the
 * same moment.
 */
export function backoffMs(attempt: number, elapsedMs: number): number {
  const ceilingMs = Math.min(elapsedMs < eagerForMs ? eagerMs : patientMs, firstMs * 2 ** attempt);
  return ceilingMs * (0.5 + Math.random() / 2);
}

/** The pauses between the attempts to mend one loss. When there is reason to try at once, they start over. */
export class Backoff {
  readonly #wake: Pick<Wake, "listen">;
  #attempt = 0;
  #startedAt = Date.now();

  constructor(wake: Pick<Wake, "listen">) {
    this.#wake = wake;
  }

  /** Resolves when the next attempt is due, or at once when `signal` aborts: look at the signal afterwards. */
  async pause(signal: AbortSignal): Promise<void> {
    const hurry = new AbortController();
    const stopListening = this.#wake.listen(() => {
      this.startOver();
      hurry.abort();
    });
    const ms = backoffMs(this.#attempt, Date.now() - this.#startedAt);
    this.#attempt += 1;
    await pause(ms, AbortSignal.any([signal, hurry.signal]));
    stopListening();
  }

  startOver(): void {
    this.#attempt = 0;
    this.#startedAt = Date.now();
  }
}

/** Resolves after `ms`, or at once when the signal aborts: look at the signal afterwards. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
