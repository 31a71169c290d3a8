/** Where a delivered message stands: in the stream for good, and among the deliveries of the consumer that sent it. */
export interface DeliveryPosition {
  readonly streamSequence: number;
  readonly consumerSequence: number;
}

/**
 * Decides which deliveries are handed on, so that every message of a stream is, exactly once and in order, over any
 * number of consumers and connections.
 *
 * A consumer numbers its deliveries from 1 and leaves none out; each `resume` makes a new consumer that starts at most
 * one after {@link lastSequence}. So: a delivery numbered 1 opens a new run; within a run the numbers have no holes; of
 * what a run repeats, the stream sequence tells the duplicates. Anything else is a gap, and the answer to a gap is to
 * resume.
 */
export class DeliverySequence {
  #lastSequence = 0;
  /** The number the run's next delivery must have; null when only a new run will do. */
  #expected: number | null = null;

  #completeAt: number | null = null;

  /** When we last had everything that there was, in Unix milliseconds; null where that never was. */
  get completeAt(): number | null {
    return this.#completeAt;
  }

  /** Everything that there is has arrived. */
  noteComplete(atMs: number): void {
    this.#completeAt = atMs;
  }

  /** Stream sequence of the last message handed on; 0 for none. What `resume` is asked with. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /**
   * Forgets the run, because its connection is gone or a new consumer was asked for: what was under way is lost, and a
   * later delivery that happens to have the expected number would hide that.
   */
  restart(): void {
    this.#expected = null;
  }

  /** Takes the next delivery: hand it on (`deliver`), drop it (`duplicate`), or drop it and resume (`gap`). */
  accept({ streamSequence, consumerSequence }: DeliveryPosition): "deliver" | "duplicate" | "gap" {
    if (consumerSequence !== 1 && consumerSequence !== this.#expected) {
      this.#expected = null;
      return "gap";
    }
    this.#expected = consumerSequence + 1;
    if (streamSequence <= this.#lastSequence) return "duplicate";
    this.#lastSequence = streamSequence;
    return "deliver";
  }

  /** Takes an idle consumer's word for how many deliveries it made: `gap` when we did not get all of them. */
  idle(lastConsumerSequence: number): "complete" | "gap" {
    return lastConsumerSequence === (this.#expected ?? 1) - 1 ? "complete" : "gap";
  }
}
