import { E2eeError } from "../E2eeError.ts";

/** How far behind the newest counter a message may arrive and still be told from a replay. */
export const maxBehind = 1024n;

const windowMask = (1n << (maxBehind + 1n)) - 1n;

/** Which counters of one stream of messages were seen: a sliding bit mask, as RFC 4303 section 3.4.3 does it. */
export class ReplayWindow {
  #newest: bigint | null = null;
  /** Bit n: the counter `newest - n` was seen. */
  #seen = 0n;

  /**
   * Takes the counter of an authenticated message.
   *
   * @returns how many counters right before it were skipped; 0 for the first one and for late ones
   * @throws {E2eeError} `replayed` when it was seen, or is more than 1024 behind
   */
  accept(counter: bigint): number {
    const newest = this.#newest ?? counter - 1n;
    const ahead = counter - newest;
    if (ahead > 0n) {
      this.#seen = ahead > maxBehind ? 1n : ((this.#seen << ahead) | 1n) & windowMask;
      this.#newest = counter;
      return Number(ahead - 1n);
    }
    const bit = 1n << -ahead;
    if (-ahead > maxBehind || (this.#seen & bit) !== 0n) throw E2eeError.replayed(counter);
    this.#seen |= bit;
    return 0;
  }
}
