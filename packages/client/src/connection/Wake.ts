const tickMs = 2_000;
/** A timer that is this late was held up by a machine that slept. */
const sleptMs = 6_000;

/**
 * Tells when waiting any longer makes no sense: the browser is online again, the page is shown again, or the machine woke
 * up. What was connected before may be gone without a word. One per meeting; to be disposed.
 */
export class Wake implements Disposable {
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #tickedAt = Date.now();

  constructor() {
    const ring = () => this.#ring();
    const { signal } = this.#closing;
    if (typeof window !== "undefined") {
      window.addEventListener("online", ring, { signal });
      window.addEventListener("pageshow", ring, { signal });
      const onVisibility = () => document.visibilityState === "visible" && ring();
      document.addEventListener("visibilitychange", onVisibility, { signal });
    }
    this.#timer = setInterval(() => {
      const lateMs = Date.now() - this.#tickedAt - tickMs;
      this.#tickedAt = Date.now();
      if (lateMs > sleptMs) ring();
    }, tickMs);
  }

  /** Calls `listener` each time, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    clearInterval(this.#timer);
  }

  #ring(): void {
    for (const listener of this.#listeners) listener();
  }
}
