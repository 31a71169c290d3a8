import type { MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import type { TransformStats } from "./workerMessages.ts";

/** Counts what happens to the frames of one transform. */
export class FrameCounters {
  #codec: MediaCodec | null = null;
  #framesIn = 0;
  #framesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #busyMs = 0;
  readonly #dropped: Partial<Record<DropReason, number>> = {};

  /** @param outcome the bytes that went on, or why the frame did not */
  count(bytesIn: number, codec: MediaCodec | null, outcome: Uint8Array | DropReason, elapsedMs: number): void {
    this.#framesIn++;
    this.#bytesIn += bytesIn;
    this.#busyMs += elapsedMs;
    this.#codec = codec ?? this.#codec;
    if (typeof outcome === "string") {
      this.#dropped[outcome] = (this.#dropped[outcome] ?? 0) + 1;
    } else {
      this.#framesOut++;
      this.#bytesOut += outcome.length;
    }
  }

  read(): Omit<TransformStats, "direction" | "track" | "origin"> {
    return {
      codec: this.#codec,
      framesIn: this.#framesIn,
      framesOut: this.#framesOut,
      dropped: { ...this.#dropped },
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      busyMs: this.#busyMs,
    };
  }
}
