import type { Caption, CaptionsBody } from "@sotto/protocol";

/** How often captions are told at most: a reader does not see more, and every message is sealed for everybody. */
const intervalMs = 300;
const maxPerMessage = 16;

/**
 * Gathers captions and tells them a few times a second, of each the newest text. What cannot be told is not told later:
 * it would be read at the wrong time.
 */
export class CaptionBatch {
  readonly #tell: (captions: CaptionsBody["captions"]) => Promise<void>;
  readonly #onFailed: (error: unknown) => void;
  readonly #waiting = new Map<string, Caption>();
  readonly #timer: ReturnType<typeof setInterval>;
  #telling = false;

  constructor(tell: (captions: CaptionsBody["captions"]) => Promise<void>, onFailed: (error: unknown) => void) {
    this.#tell = tell;
    this.#onFailed = onFailed;
    this.#timer = setInterval(() => void this.flush(), intervalMs);
  }

  add(caption: Caption): void {
    this.#waiting.set(`${caption.participantId} ${caption.startMs}`, caption);
  }

  /** Never throws. */
  async flush(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    while (this.#waiting.size > 0) {
      const next = [...this.#waiting].slice(0, maxPerMessage);
      for (const [name] of next) this.#waiting.delete(name);
      await this.#tell(next.map(([, caption]) => caption)).catch(this.#onFailed);
    }
    this.#telling = false;
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#waiting.clear();
  }
}
