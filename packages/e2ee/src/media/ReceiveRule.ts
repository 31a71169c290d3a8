import type { Bytes } from "../keys/encoding.ts";
import type { MediaCodec } from "./codecs/MediaCodec.ts";
import { DecryptionHealth } from "./DecryptionHealth.ts";
import type { DropReason } from "./DropReason.ts";
import type { FrameRule } from "./FrameTransform.ts";
import type { MediaSource } from "./MediaSource.ts";
import type { DecryptionState, ReceiveTarget } from "./workerMessages.ts";

interface ReceiveRuleOptions {
  open: (target: ReceiveTarget, codec: MediaCodec, frame: Bytes) => Promise<Bytes | DropReason>;
  /** Whether the SFU marked the frame as one of its own. */
  isFiller: (frame: Bytes) => boolean;
  onState: (target: ReceiveTarget, state: DecryptionState) => void;
}

/**
 * Opens the frames of one RTP receiver, as frames of whom it is aimed at. LiveKit uses a receiver again for other
 * tracks, so the aim changes.
 */
export class ReceiveRule implements FrameRule {
  readonly #options: ReceiveRuleOptions;
  #target: ReceiveTarget | null = null;
  #health = new DecryptionHealth();
  #aimed = Promise.withResolvers<void>();

  constructor(options: ReceiveRuleOptions) {
    this.#options = options;
  }

  get target(): ReceiveTarget | null {
    return this.#target;
  }

  get expects(): { source: MediaSource; codec: MediaCodec | null } | DropReason {
    return this.#target ?? "unassigned";
  }

  /**
   * Settled while there is a target. Frames wait for it in the browser's queue, because the first one of a video is the
   * key frame, and can be here before LiveKit tells whose it is.
   */
  get aimed(): Promise<void> {
    return this.#aimed.promise;
  }

  aim(target: ReceiveTarget | null): void {
    this.#target = target;
    this.#health = new DecryptionHealth();
    if (target) {
      this.#aimed.resolve();
      this.#options.onState(target, this.#health.state);
    } else {
      this.#aimed = Promise.withResolvers();
    }
  }

  async apply(frame: Bytes, _source: MediaSource, codec: MediaCodec): Promise<Bytes | DropReason> {
    const target = this.#target;
    if (!target) return "unassigned";
    if (this.#options.isFiller(frame)) return "server_filler";
    const opened = await this.#options.open(target, codec, frame);
    // Aimed elsewhere while it was being opened: it must not show under another name.
    return this.#target === target ? opened : "unassigned";
  }

  noted(outcome: Bytes | DropReason): void {
    if (outcome === "unassigned" || !this.#target) return;
    if (this.#health.note(outcome, performance.now())) this.#options.onState(this.#target, this.#health.state);
  }
}
