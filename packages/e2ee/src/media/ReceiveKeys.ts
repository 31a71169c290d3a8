import { mediaKeySlot } from "../keys/keySchedule.ts";
import type { ReplayWindow } from "../messages/ReplayWindow.ts";
import type { MediaSource } from "./MediaSource.ts";
import { mediaSuite, SframeKey } from "./sframe/SframeKey.ts";

/** What opens the frames of one sender in one epoch. */
export interface ReceiveSlot {
  readonly epoch: number;
  /** Null once the sender was expelled. */
  key: SframeKey | null;
  /** Which counters of each source were seen; outlives receivers, so an unpublished track cannot be played again. */
  readonly windows: Map<MediaSource, ReplayWindow>;
}

/** The keys of everybody who may be heard and seen. */
export class ReceiveKeys {
  readonly #slots = new Map<string, Map<bigint, ReceiveSlot>>();
  #oldestEpoch = 0;

  /**
   * Admits a sender's frames of one epoch. Admitting twice changes nothing; admitting again after {@link expel} takes
   * up the old replay windows.
   *
   * @param baseKey `key("media", epoch)` of that sender, 32 bytes; not kept
   */
  async admit(identity: string, epoch: number, baseKey: Uint8Array): Promise<void> {
    const kid = BigInt(mediaKeySlot(epoch));
    const key = await SframeKey.derive(mediaSuite, kid, baseKey);
    if (epoch < this.#oldestEpoch) return;
    const slots = this.#slots.get(identity) ?? new Map<bigint, ReceiveSlot>();
    this.#slots.set(identity, slots);
    const slot = slots.get(kid);
    if (slot?.epoch === epoch) slot.key ??= key;
    else if (!slot || slot.epoch < epoch) slots.set(kid, { epoch, key, windows: new Map() });
  }

  /** Forgets a sender's keys: nothing of theirs opens any more. */
  expel(identity: string): void {
    for (const slot of this.#slots.get(identity)?.values() ?? []) slot.key = null;
  }

  /** Forgets all epochs before this one, for good. */
  retireBefore(epoch: number): void {
    this.#oldestEpoch = Math.max(this.#oldestEpoch, epoch);
    for (const slots of this.#slots.values()) {
      for (const [kid, slot] of slots) if (slot.epoch < this.#oldestEpoch) slots.delete(kid);
    }
  }

  /** The slot a frame's key id names, if there is a key in it. */
  find(identity: string, kid: bigint): (ReceiveSlot & { key: SframeKey }) | null {
    const slot = this.#slots.get(identity)?.get(kid);
    return slot?.key ? (slot as ReceiveSlot & { key: SframeKey }) : null;
  }
}
