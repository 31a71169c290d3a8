import { mediaKeySlot } from "../keys/keySchedule.ts";
import type { Bytes } from "../keys/encoding.ts";
import { mediaCodecs, type MediaCodec } from "./codecs/MediaCodec.ts";
import type { DropReason } from "./DropReason.ts";
import { frameMetadata } from "./frameMetadata.ts";
import type { MediaSource } from "./MediaSource.ts";
import { mediaSuite, SframeKey } from "./sframe/SframeKey.ts";

/**
 * Seals everything one page publishes. All its tracks and simulcast layers share one key per epoch, so they share one
 * counter, which never goes back and is not reset by a new epoch: no nonce is ever used twice, whatever the browser
 * does to senders and connections.
 */
export class FrameSealer {
  readonly #identity: string;
  #epoch = -1;
  #key: SframeKey | null = null;
  #nextCounter = 0n;

  /** @param identity the own `pid.senderNonce` */
  constructor(identity: string) {
    this.#identity = identity;
  }

  /**
   * Seals under this epoch from now on. An older epoch than the current one is ignored.
   *
   * @param baseKey `key("media", epoch)` of the own page, 32 bytes; not kept
   */
  async activate(epoch: number, baseKey: Uint8Array): Promise<void> {
    const key = await SframeKey.derive(mediaSuite, BigInt(mediaKeySlot(epoch)), baseKey);
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    this.#key = key;
  }

  /** @returns the frame for the network, or why there is none */
  async seal(source: MediaSource, codec: MediaCodec, frame: Bytes): Promise<Bytes | DropReason> {
    if (!this.#key) return "no_key";
    const { layout } = mediaCodecs[codec];
    const parts = layout.split(frame);
    if (!parts) return "malformed";
    const metadata = frameMetadata({ identity: this.#identity, source }, codec, parts.clear);
    const sframe = await this.#key.seal(this.#nextCounter++, metadata, parts.secret);
    return layout.wrap(parts.clear, sframe);
  }
}
