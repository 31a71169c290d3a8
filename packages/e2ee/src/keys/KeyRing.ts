import { E2eeError } from "../E2eeError.ts";
import { encodeBase64Url } from "./base64url.ts";
import { isU32, type Bytes } from "./encoding.ts";
import { deriveAesKey, deriveRaw, importKeyMaterial, keyInfo, type KeyLabel } from "./keySchedule.ts";
import type { Sender } from "./Sender.ts";

/** A jump of more epochs than this could meet an old media slot again (there are 255): the ring starts afresh. */
const maxEpochStep = 128;

/** Header nonces are read before a message authenticates, so what is remembered of them has to be bounded. */
const maxCachedKeys = 1024;

/** The keying material of a session's epochs, and the senders' keys that come of it. The newest only ever rises. */
export class KeyRing {
  readonly #salt: Bytes;
  readonly #materials = new Map<number, Promise<CryptoKey>>();
  readonly #aesKeys = new Map<string, Promise<CryptoKey>>();
  #newest = -1;

  constructor(salt: Bytes) {
    this.#salt = salt;
  }

  /**
   * Takes the material of a newer epoch and wipes it once WebCrypto has its copy.
   *
   * @returns whether older epochs were dropped because the step was too wide
   * @throws {E2eeError} `epoch_rolled_back`, `input_invalid`
   */
  async add(epoch: number, material: Bytes): Promise<{ startedAfresh: boolean }> {
    if (!isU32(epoch)) throw E2eeError.inputInvalid(`${epoch} is not an epoch`);
    if (epoch <= this.#newest) throw E2eeError.epochRolledBack(epoch, this.#newest);
    const startedAfresh = this.#materials.size > 0 && epoch > this.#newest + maxEpochStep;
    if (startedAfresh) this.clear();
    this.#newest = epoch;
    await this.#import(epoch, material);
    return { startedAfresh };
  }

  /**
   * Takes the material of an epoch that was left out between two that are here, and wipes it as {@link add} does.
   *
   * @throws {E2eeError} `epoch_rolled_back`, `input_invalid`
   */
  async fill(epoch: number, material: Bytes): Promise<void> {
    if (!isU32(epoch)) throw E2eeError.inputInvalid(`${epoch} is not an epoch`);
    const oldest = this.epochs[0] ?? epoch;
    if (epoch <= oldest || epoch >= this.#newest || this.has(epoch))
      throw E2eeError.epochRolledBack(epoch, this.#newest);
    await this.#import(epoch, material);
  }

  /** The newest epoch that was ever added, -1 for none. */
  get newest(): number {
    return this.#newest;
  }

  /** Ascending. */
  get epochs(): number[] {
    return [...this.#materials.keys()].toSorted((a, b) => a - b);
  }

  has(epoch: number): boolean {
    return this.#materials.has(epoch);
  }

  /**
   * A sender's AES-256-GCM key for messages.
   *
   * @throws {E2eeError} `epoch_unknown`
   */
  aesKey(label: KeyLabel, epoch: number, sender: Sender): Promise<CryptoKey> {
    const material = this.#material(epoch);
    const id = `${label} ${epoch} ${sender.participantId} ${encodeBase64Url(sender.senderNonce)}`;
    const cached = this.#aesKeys.get(id);
    this.#aesKeys.delete(id);
    const key = cached ?? this.#deriveAesKey(material, keyInfo(label, epoch, sender));
    this.#aesKeys.set(id, key); // the last place: the key used longest ago goes first
    const oldest = this.#aesKeys.keys().next();
    if (this.#aesKeys.size > maxCachedKeys && !oldest.done) this.#aesKeys.delete(oldest.value);
    return key;
  }

  /**
   * A sender's key as 32 bytes.
   *
   * @throws {E2eeError} `epoch_unknown`
   */
  async rawKey(label: KeyLabel, epoch: number, sender: Sender): Promise<Bytes> {
    return deriveRaw(await this.#material(epoch), this.#salt, keyInfo(label, epoch, sender));
  }

  /** Forgets every epoch and key. The newest epoch stays known: what was rolled past stays refused. */
  clear(): void {
    this.#materials.clear();
    this.#aesKeys.clear();
  }

  async #import(epoch: number, material: Bytes): Promise<void> {
    const imported = importKeyMaterial(material).finally(() => material.fill(0));
    this.#materials.set(epoch, imported);
    await imported;
  }

  #material(epoch: number): Promise<CryptoKey> {
    const material = this.#materials.get(epoch);
    if (!material) throw E2eeError.epochUnknown(epoch);
    return material;
  }

  async #deriveAesKey(material: Promise<CryptoKey>, info: Bytes): Promise<CryptoKey> {
    return deriveAesKey(await material, this.#salt, info);
  }
}
