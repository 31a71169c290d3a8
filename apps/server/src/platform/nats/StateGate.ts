import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../AppError.ts";

/** Shorter than nats-server waits for the auth callout, which has to pass too. */
const patienceMs = 4_000;

/**
 * Holds up whoever works with the state while NATS is away, and until what NATS lost is written back: somebody who
 * asked in between would be told that there is no such meeting.
 */
export class StateGate {
  #opened = Promise.withResolvers<void>();
  #isOpen = false;
  #closings = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    this.#opened.resolve();
  }

  close(): void {
    this.#closings += 1;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#opened = Promise.withResolvers<void>();
  }

  /** Resolves when the gate is open. Throws `unavailable` where that takes too long. */
  async pass(): Promise<void> {
    if (this.#isOpen) return;
    const done = new AbortController();
    try {
      await Promise.race([this.#opened.promise, delay(patienceMs, undefined, { signal: done.signal })]);
    } finally {
      done.abort();
    }
    if (!this.#isOpen) throw AppError.unavailable(new Error("the state is out of reach"));
  }

  /** Works once the gate is open. Throws `unavailable` where it closed meanwhile: the answer may be that of an empty NATS. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.pass();
    const closings = this.#closings;
    const result = await work();
    if (closings !== this.#closings) throw AppError.unavailable(new Error("NATS was away meanwhile"));
    return result;
  }
}
