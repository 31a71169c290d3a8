import { E2eeError } from "../E2eeError.ts";
import { labelOf, type Channel } from "../messages/channels.ts";
import { decodeHeader } from "../messages/MessageHeader.ts";
import { ReplayGuard } from "../messages/ReplayGuard.ts";
import { SendCounters } from "../messages/SendCounters.ts";
import { openEnvelope, sealEnvelope } from "../messages/envelope.ts";
import { concat, exactly, isU32, type Bytes } from "./encoding.ts";
import { KeyRing } from "./KeyRing.ts";
import { keyBytes, sessionSalt, type KeyModel } from "./keySchedule.ts";
import { formatIdentity, senderNonceBytes, type Sender } from "./Sender.ts";

/** An epoch of a session. `secret`: the server's 32 bytes in a server-key room, absent in a passphrase room. */
export interface Epoch {
  epoch: number;
  secret?: Uint8Array;
}

/** How many epochs before the first one of a page can be opened in a room with a passphrase. */
const earlierEpochs = 511;

/** A message to seal. `to`: the peer's participant id for a private message, empty for everybody. */
export interface OutgoingMessage {
  channel: Channel;
  to: string;
  body: Uint8Array;
}

/** A message to open. `from`, `channel` and `to` come from the NATS subject, never from the message. */
export interface IncomingMessage {
  from: string;
  channel: Channel;
  to: string;
  wire: Uint8Array;
}

/**
 * An authenticated message. `(from, senderNonce, channel, to, counter)` is its id. `gap`: how many messages of the same
 * sender's page, channel and recipient are missing right before it; 0 for the first one seen.
 */
export interface OpenedMessage {
  body: Bytes;
  epoch: number;
  senderNonce: Bytes;
  counter: bigint;
  gap: number;
}

/**
 * All keys of one session, as one page holds them: the only place where they come from, but for those of files. Make one at join, dispose it
 * on leave. Everything it is given is copied; nothing it holds can be read back except {@link mediaBaseKey}.
 */
export class SessionKeys {
  /** The page these keys send as. */
  readonly self: Readonly<Sender>;
  readonly sessionId: string;
  readonly model: KeyModel;
  readonly #root: Bytes;
  readonly #ring: KeyRing;
  readonly #sendCounters = new SendCounters();
  readonly #replayGuard = new ReplayGuard();
  #currentEpoch = -1;
  #disposed = false;

  private constructor(model: KeyModel, sessionId: string, root: Bytes, salt: Bytes, self: Sender) {
    this.model = model;
    this.sessionId = sessionId;
    this.self = self;
    this.#root = root;
    this.#ring = new KeyRing(salt);
  }

  /**
   * Keys of a room whose key the server made: `ikm_e = root ‖ secret_e`.
   *
   * @param options.root 32 bytes
   * @param options.epochs at least one, in ascending order, secrets of 32 bytes; the last one is used for sending
   * @throws {E2eeError} `input_invalid`, `epoch_rolled_back`
   */
  static async forServerKey(options: {
    sessionId: string;
    root: Uint8Array;
    epochs: readonly { epoch: number; secret: Uint8Array }[];
    self: Sender;
  }): Promise<SessionKeys> {
    return SessionKeys.#create("server", options);
  }

  /**
   * Keys of a room with a passphrase: `ikm_e = root`, so that every epoch is everybody's. Those before the given one
   * open what was said earlier.
   *
   * @param options.root 32 bytes, see `passphraseRoot`
   * @param options.epoch the one used for sending
   * @throws {E2eeError} `input_invalid`
   */
  static async forPassphrase(options: {
    sessionId: string;
    root: Uint8Array;
    epoch: number;
    self: Sender;
  }): Promise<SessionKeys> {
    if (!isU32(options.epoch)) throw E2eeError.inputInvalid(`${options.epoch} is not an epoch`);
    const count = Math.min(options.epoch, earlierEpochs) + 1;
    const epochs = Array.from({ length: count }, (_, index) => ({ epoch: options.epoch - count + 1 + index }));
    return SessionKeys.#create("passphrase", { ...options, epochs });
  }

  static async #create(
    model: KeyModel,
    options: { sessionId: string; root: Uint8Array; epochs: readonly Epoch[]; self: Sender },
  ): Promise<SessionKeys> {
    const { sessionId, epochs } = options;
    const newest = epochs.at(-1);
    if (!newest) throw E2eeError.inputInvalid("no epoch was given");
    formatIdentity(options.self); // refuses an id or nonce that is none
    const self = Object.freeze({
      participantId: options.self.participantId,
      senderNonce: exactly(senderNonceBytes, options.self.senderNonce, "sender nonce"),
    });
    const root = exactly(keyBytes, options.root, "root");
    const keys = new SessionKeys(model, sessionId, root, await sessionSalt(model, sessionId), self);
    try {
      for (const epoch of epochs) await keys.addEpoch(epoch);
      keys.activateEpoch(newest.epoch);
    } catch (error) {
      keys.dispose();
      throw error;
    }
    return keys;
  }

  /** The epoch that sending uses. */
  get currentEpoch(): number {
    return this.#currentEpoch;
  }

  /** The newest epoch there is a key of; it may be staged only. */
  get newestEpoch(): number {
    return this.#ring.newest;
  }

  /** Whether there is a key of that epoch. */
  hasEpoch(epoch: number): boolean {
    return this.#ring.has(epoch);
  }

  /** The epochs there are keys of, ascending. */
  get epochs(): number[] {
    return this.#ring.epochs;
  }

  /**
   * Stages a newer epoch: what is sent under it can be opened from now on, sending stays where it is until
   * {@link activateEpoch}. A step of more than 128 epochs drops all older ones and activates this one at once.
   *
   * @throws {E2eeError} `epoch_rolled_back` unless it is newer than every epoch before; `input_invalid`, `disposed`
   */
  async addEpoch({ epoch, secret }: Epoch): Promise<void> {
    this.#assertUsable();
    const { startedAfresh } = await this.#ring.add(epoch, this.#keyMaterial(secret));
    this.#assertUsable();
    if (startedAfresh) this.#currentEpoch = epoch;
  }

  /**
   * Takes an epoch that was missed while a newer one came: what was sent under it can be opened from now on.
   *
   * @throws {E2eeError} `epoch_rolled_back` unless it lies between two epochs that are here and is not; `input_invalid`,
   *   `disposed`
   */
  async addMissedEpoch({ epoch, secret }: Epoch): Promise<void> {
    this.#assertUsable();
    await this.#ring.fill(epoch, this.#keyMaterial(secret));
    this.#assertUsable();
  }

  /**
   * Sends under a staged epoch from now on.
   *
   * @throws {E2eeError} `epoch_unknown` when it was not staged, `epoch_rolled_back` when an older one, `disposed`
   */
  activateEpoch(epoch: number): void {
    this.#assertUsable();
    if (!this.#ring.has(epoch)) throw E2eeError.epochUnknown(epoch);
    if (epoch < this.#currentEpoch) throw E2eeError.epochRolledBack(epoch, this.#currentEpoch);
    this.#currentEpoch = epoch;
  }

  /**
   * `key("media", epoch)` of a sender: 32 bytes, for the media worker. The caller hands them over and wipes its copy.
   *
   * @throws {E2eeError} `epoch_unknown`, `input_invalid`, `disposed`
   */
  async mediaBaseKey(participantId: string, senderNonce: Uint8Array, epoch: number): Promise<Bytes> {
    this.#assertUsable();
    const key = await this.#ring.rawKey("media", epoch, { participantId, senderNonce });
    this.#assertUsable();
    return key;
  }

  /**
   * Seals a message under the current epoch. Messages to the same channel and recipient are counted in the order of
   * the calls: send them in that order. A retry sends the same bytes again, it does not seal again.
   *
   * @returns the wire message: 41 bytes of header, the padded body, 16 bytes of tag
   * @throws {E2eeError} `input_invalid`, `disposed`
   */
  async sealMessage({ channel, to, body }: OutgoingMessage): Promise<Bytes> {
    this.#assertUsable();
    const { self, sessionId } = this;
    const header = {
      epoch: this.#currentEpoch,
      senderNonce: exactly(senderNonceBytes, self.senderNonce, "sender nonce"),
      counter: this.#sendCounters.next(channel, to),
      iv: crypto.getRandomValues(new Uint8Array(12)),
    };
    const key = this.#ring.aesKey(labelOf(channel), header.epoch, self);
    const wire = await sealEnvelope(key, { sessionId, from: self.participantId, channel, to }, header, body);
    this.#assertUsable();
    return wire;
  }

  /**
   * Opens a message of anybody in the session, ourselves and earlier pages included: the key comes from the header's
   * sender nonce. Await each call before the next one of the same sender, or gaps are misreported.
   *
   * @throws {E2eeError} `not_authentic`, `replayed` (also a second delivery), `epoch_unknown`, `version_unknown`,
   *   `input_invalid`, `disposed`
   */
  async openMessage({ from, channel, to, wire }: IncomingMessage): Promise<OpenedMessage> {
    this.#assertUsable();
    const header = decodeHeader(wire);
    const { epoch, senderNonce, counter } = header;
    const key = this.#ring.aesKey(labelOf(channel), epoch, { participantId: from, senderNonce });
    const body = await openEnvelope(key, { sessionId: this.sessionId, from, channel, to }, wire);
    this.#assertUsable();
    const gap = this.#replayGuard.accept({ from, senderNonce, channel, to }, counter);
    return { body, epoch, senderNonce, counter, gap };
  }

  /** Wipes the root and forgets every key. Every later call, and what is under way, fails with `disposed`. */
  dispose(): void {
    this.#disposed = true;
    this.#root.fill(0);
    this.#ring.clear();
  }

  #keyMaterial(secret: Uint8Array | undefined): Bytes {
    if (this.model === "passphrase") {
      if (secret) throw E2eeError.inputInvalid("a passphrase room has no epoch secrets");
      return concat(this.#root);
    }
    if (!secret) throw E2eeError.inputInvalid("an epoch of a server-key room has a secret");
    return concat(this.#root, exactly(keyBytes, secret, "epoch secret"));
  }

  #assertUsable(): void {
    if (this.#disposed) throw E2eeError.disposed();
  }
}
