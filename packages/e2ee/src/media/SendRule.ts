import type { Bytes } from "../keys/encoding.ts";
import type { MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import type { FrameRule } from "./FrameTransform.ts";
import type { FrameSealer } from "./FrameSealer.ts";
import type { MediaSource } from "./MediaSource.ts";
import type { SendTransform } from "./workerMessages.ts";

/** Seals the frames of one RTP sender, all simulcast layers of it. What it is fixed at is fixed for good. */
export class SendRule implements FrameRule {
  readonly expects: { source: MediaSource; codec: MediaCodec | null };
  readonly #sealer: FrameSealer;

  constructor(sealer: FrameSealer, { source, codec }: SendTransform) {
    this.#sealer = sealer;
    this.expects = { source, codec };
  }

  apply(frame: Bytes, source: MediaSource, codec: MediaCodec): Promise<Bytes | DropReason> {
    return this.#sealer.seal(source, codec, frame);
  }

  noted(): void {}
}
