/** A token bucket of bytes. */
export class ByteBudget {
  readonly #bytesPerSecond: number;
  readonly #burstBytes: number;
  #left: number;
  #at: number;

  constructor({ bytesPerSecond, burstBytes }: { bytesPerSecond: number; burstBytes: number }, nowMs = Date.now()) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#burstBytes = burstBytes;
    this.#left = burstBytes;
    this.#at = nowMs;
  }

  /** Takes `bytes`, which may overdraw it. Gives how many milliseconds to wait before taking more. */
  spend(bytes: number, nowMs = Date.now()): number {
    const refilled = this.#left + ((nowMs - this.#at) / 1000) * this.#bytesPerSecond;
    this.#left = Math.min(this.#burstBytes, refilled) - bytes;
    this.#at = nowMs;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#bytesPerSecond) * 1000);
  }
}
