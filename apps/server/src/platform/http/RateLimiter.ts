import { AppError } from "../AppError.ts";
import { networkOf } from "./networkOf.ts";

const windowMs = 60_000;
/** Addresses remembered at most; beyond, everybody starts anew rather than memory growing without end. */
const maxAddresses = 100_000;

/** So many requests per address and minute, counted in this node's memory. */
export class RateLimiter {
  readonly #perMinute: number;
  #counts = new Map<string, number>();
  #windowEndsAt = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Throws `rate_limited` where the address has used up this minute's requests. */
  spend(address: string): void {
    const now = Date.now();
    if (now >= this.#windowEndsAt || this.#counts.size >= maxAddresses) {
      this.#counts = new Map();
      this.#windowEndsAt = now + windowMs;
    }
    const key = networkOf(address);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count > this.#perMinute) throw AppError.rateLimited();
  }
}
