import type { Channel } from "./channels.ts";

/** The next counter per channel and recipient of this page: 0, 1, 2 ... across all epochs. */
export class SendCounters {
  readonly #next = new Map<string, bigint>();

  next(channel: Channel, to: string): bigint {
    const stream = `${channel} ${to}`;
    const counter = this.#next.get(stream) ?? 0n;
    this.#next.set(stream, counter + 1n);
    return counter;
  }
}
