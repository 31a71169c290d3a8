export interface BudgetSize {
  /** What comes back in a second. */
  perSecond: number;
  /** What may be spent at once. */
  burst: number;
}

/** A token bucket. */
export class Budget {
  readonly #size: BudgetSize;
  #left: number;
  #at: number;

  constructor(size: BudgetSize, nowMs = Date.now()) {
    this.#size = size;
    this.#left = size.burst;
    this.#at = nowMs;
  }

  /** Spends `amount`, which may overdraw it. Gives how many milliseconds to wait before spending more. */
  spend(amount: number, nowMs = Date.now()): number {
    this.#refill(nowMs);
    this.#left -= amount;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#size.perSecond) * 1000);
  }

  /** Spends one if there is one. */
  take(nowMs = Date.now()): boolean {
    this.#refill(nowMs);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Whether nothing of it is spent. */
  isFull(nowMs = Date.now()): boolean {
    this.#refill(nowMs);
    return this.#left === this.#size.burst;
  }

  #refill(nowMs: number): void {
    const { perSecond, burst } = this.#size;
    const passedMs = Math.max(0, nowMs - this.#at);
    this.#left = Math.min(burst, this.#left + (passedMs / 1000) * perSecond);
    this.#at = nowMs;
  }
}
