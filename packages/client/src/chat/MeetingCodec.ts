import { SottoError } from "../SottoError.ts";
import type { MessageCodec } from "./MessageCodec.ts";

/**
 * The codec of a meeting, which outlives its seats. What was delivered is delivered once: where a seat and its keys are
 * given up before a message of it could be opened, the message waits for the next seat. It is not lost with the first.
 */
export class MeetingCodec implements MessageCodec {
  #seat: MessageCodec;
  #next = Promise.withResolvers<void>();
  #isOver = false;

  /** @param seat the codec of the first seat */
  constructor(seat: MessageCodec) {
    this.#seat = seat;
  }

  /** The codec of our present seat, for what is not worth waiting for another one. */
  get seat(): MessageCodec {
    return this.#seat;
  }

  /** Another seat is being taken; the one before is given up. */
  takeSeat(seat: MessageCodec): void {
    this.#seat = seat;
    this.#wake();
  }

  /** The meeting is over: what waits for another seat fails with `not_connected`. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Seals under the keys of our present seat; throws `not_connected` where they are given up. */
  seal(...message: Parameters<MessageCodec["seal"]>): ReturnType<MessageCodec["seal"]> {
    return this.#seat.seal(...message);
  }

  /** Opens under the keys of our present seat, or of the first after it that lasts. Throws `not_connected` at the end. */
  async open(...message: Parameters<MessageCodec["open"]>): ReturnType<MessageCodec["open"]> {
    for (;;) {
      const [seat, next] = [this.#seat, this.#next.promise];
      try {
        return await seat.open(...message);
      } catch (error) {
        if (this.#isOver || SottoError.from(error).code !== "not_connected") throw error;
      }
      if (seat === this.#seat) await next;
    }
  }

  #wake(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
