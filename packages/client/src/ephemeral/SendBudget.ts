/** A token bucket of messages: `burst` at once, `perSecond` on average. */
export class SendBudget {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor({ burst, perSecond }: { burst: number; perSecond: number }, nowMs = Date.now()) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#at = nowMs;
  }

  /** Whether one more message may go now; takes it if so. */
  take(nowMs = Date.now()): boolean {
    this.#left = Math.min(this.#burst, this.#left + (Math.max(0, nowMs - this.#at) / 1000) * this.#perSecond);
    this.#at = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
