import type { WebSocket } from "ws";

/** What may wait to be written on one side before the other side is not read any more. */
const maxBufferedBytes = 256 * 1024;
/** Whoever takes nothing for this long is gone. */
const stalledMs = 30_000;

/**
 * Reads a WebSocket no faster than allowed: not while the other side has much to write, and not while a delay runs.
 * Paused reading becomes TCP back-pressure at the sender.
 */
export class ReadGate {
  readonly #source: WebSocket;
  readonly #sink: WebSocket;
  #delay: NodeJS.Timeout | null = null;
  #delayedUntil = 0;
  #holds = 0;
  #congested: NodeJS.Timeout | null = null;

  constructor(source: WebSocket, sink: WebSocket) {
    this.#source = source;
    this.#sink = sink;
  }

  /** Writes to the sink, and stops reading the source while the sink is congested. */
  forward(data: Buffer, binary: boolean): void {
    if (this.#sink.readyState !== this.#sink.OPEN) return;
    this.#sink.send(data, { binary }, () => this.#onWritten());
    if (this.#congested === null && this.#sink.bufferedAmount > maxBufferedBytes) {
      this.#congested = setTimeout(() => this.#sink.terminate(), stalledMs);
      this.#hold();
    }
  }

  /** Does not read the source for so long from now, or for longer if it was told so. */
  delay(ms: number): void {
    const until = Date.now() + ms;
    if (this.#delay && until <= this.#delayedUntil) return;
    if (this.#delay) clearTimeout(this.#delay);
    else this.#hold();
    this.#delayedUntil = until;
    this.#delay = setTimeout(() => {
      this.#delay = null;
      this.#release();
    }, ms);
  }

  dispose(): void {
    if (this.#delay) clearTimeout(this.#delay);
    if (this.#congested) clearTimeout(this.#congested);
  }

  #onWritten(): void {
    if (this.#congested === null || this.#sink.bufferedAmount > maxBufferedBytes / 2) return;
    clearTimeout(this.#congested);
    this.#congested = null;
    this.#release();
  }

  #hold(): void {
    this.#holds += 1;
    this.#source.pause();
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#source.resume();
  }
}
