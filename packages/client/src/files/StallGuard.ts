const stalledMs = 30_000;

/** Ends a transfer over which nothing comes or goes for 30 seconds, however long it takes in all. */
export class StallGuard {
  readonly signal: AbortSignal;
  readonly #stalled = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  /** `signal` ends it too. */
  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#stalled.signal]);
    this.#timer = this.#start();
  }

  /** Something came or went. */
  readonly beat = (): void => {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  };

  /** It is over. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#stalled.abort(new Error("nothing came or went for 30 seconds")), stalledMs);
  }
}
