import type { Bytes } from "../keys/encoding.ts";
import type { MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import { codecOf, type EncodedFrame } from "./encodedFrames.ts";
import { FrameCounters } from "./FrameCounters.ts";
import type { MediaSource } from "./MediaSource.ts";

/** What one transform makes of its frames. */
export interface FrameRule {
  /** What a frame is, or why it is dropped unread. */
  readonly expects: { source: MediaSource; codec: MediaCodec | null } | DropReason;
  /** The frame that goes on, or why none does. */
  apply(frame: Bytes, source: MediaSource, codec: MediaCodec): Promise<Bytes | DropReason>;
  /** Called after every frame. */
  noted(outcome: Bytes | DropReason): void;
}

/**
 * The only way a frame takes through the worker: it goes on as the bytes that its rule made of it, or it is dropped.
 * Never throws, so a stream never breaks over a frame.
 */
export class FrameTransform {
  readonly counters = new FrameCounters();
  readonly #rule: FrameRule;

  constructor(rule: FrameRule) {
    this.#rule = rule;
  }

  async transform(frame: EncodedFrame, forward: (frame: EncodedFrame) => void): Promise<void> {
    const startedMs = performance.now();
    const original = new Uint8Array(frame.data);
    let codec: MediaCodec | null = null;
    let outcome: Bytes | DropReason;
    try {
      const { expects } = this.#rule;
      if (original.length === 0) {
        outcome = "empty";
      } else if (typeof expects === "string") {
        outcome = expects;
      } else {
        codec = codecOf(frame, expects.source, expects.codec);
        outcome = codec ? await this.#rule.apply(original, expects.source, codec) : "codec";
      }
      if (typeof outcome !== "string") {
        frame.data = outcome.buffer;
        forward(frame);
      }
    } catch {
      outcome = "failed";
    }
    this.counters.count(original.length, codec, outcome, performance.now() - startedMs);
    this.#rule.noted(outcome);
  }
}
