import type { Bytes } from "../keys/encoding.ts";
import { formatIdentity, parseIdentity, type Sender } from "../keys/Sender.ts";
import type { MediaWorkerClient } from "./MediaWorkerClient.ts";

/** Where media keys come from; `SessionKeys` is one. */
export interface MediaKeySource {
  /** The epoch to send under. */
  readonly currentEpoch: number;
  /** `key("media", epoch)` of a sender: 32 bytes in a buffer of their own, which is taken over. */
  mediaBaseKey(participantId: string, senderNonce: Uint8Array, epoch: number): Promise<Bytes>;
}

/** Brings the keys of the epochs in use to the worker: the own one for sealing, those of the admitted for opening. */
export class MediaKeyFeed {
  readonly #keys: MediaKeySource;
  readonly #worker: MediaWorkerClient;
  readonly #self: Sender;
  readonly #ownIdentity: string;
  readonly #admitted = new Set<string>();
  readonly #epochs = new Set<number>();

  constructor(keys: MediaKeySource, worker: MediaWorkerClient, self: Sender) {
    this.#keys = keys;
    this.#worker = worker;
    this.#self = self;
    this.#ownIdentity = formatIdentity(self);
    this.#epochs.add(keys.currentEpoch);
  }

  has(identity: string): boolean {
    return this.#admitted.has(identity);
  }

  async admit(identity: string): Promise<void> {
    parseIdentity(identity); // refuses what is none
    if (identity === this.#ownIdentity) return; // nobody else may speak as us
    this.#admitted.add(identity);
    await Promise.all([...this.#epochs].map((epoch) => this.#feed(identity, epoch)));
  }

  expel(identity: string): void {
    this.#admitted.delete(identity);
    this.#worker.send({ kind: "expel", identity });
  }

  async stage(epoch: number): Promise<void> {
    this.#epochs.add(epoch);
    await Promise.all([...this.#admitted].map((identity) => this.#feed(identity, epoch)));
  }

  async activate(epoch: number): Promise<void> {
    const baseKey = await this.#keys.mediaBaseKey(this.#self.participantId, this.#self.senderNonce, epoch);
    await this.#worker.ask({ kind: "activate", epoch, baseKey }, baseKey);
  }

  retireBefore(epoch: number): void {
    for (const known of this.#epochs) if (known < epoch) this.#epochs.delete(known);
    this.#worker.send({ kind: "retire", before: epoch });
  }

  async #feed(identity: string, epoch: number): Promise<void> {
    const { participantId, senderNonce } = parseIdentity(identity);
    const baseKey = await this.#keys.mediaBaseKey(participantId, senderNonce, epoch);
    if (this.#admitted.has(identity)) await this.#worker.ask({ kind: "admit", identity, epoch, baseKey }, baseKey);
    else baseKey.fill(0); // expelled meanwhile
  }
}
