import { decodeBase64Url, type MediaEncryptionManager, type SessionKeys } from "@sotto/e2ee";
import type { EpochsResult, SessionEpoch } from "@sotto/protocol";
import { pause } from "../connection/backoff.ts";
import { SottoError } from "../SottoError.ts";

/** How the keeper reaches the server. All reject while that is not possible. */
export interface EpochLink {
  /** Resolves while there is a connection, or when there is one again in a moment. */
  readonly whenUp: () => Promise<unknown>;
  /** rpc `epochs` */
  readonly fetch: () => Promise<EpochsResult>;
  /** rpc `epoch-staged` */
  readonly acknowledge: (epoch: number) => Promise<unknown>;
  /** We send under another epoch from now on. */
  readonly onActivated: (epoch: number) => void;
}

/** After staging: without news, everybody else sends under the new epoch by now. */
const activateAfterMs = 1_500;
/** After activating: frames of older epochs are not under way any more. */
const retireAfterMs = 10_000;
/** How long the server may take to give what is missing, before what is here is used without it. */
const fetchPatienceMs = 2_000;
const retryMs = 2_000;
/** How long a message may wait for its key while the server can be asked. */
const messagePatienceMs = 15_000;
/** A page that takes a new seat may meet frames of this many epochs: the others are about to leave the older ones. */
const epochsInFlight = 4;

/**
 * Brings the epochs of one seat's keys into use: stages what the server gives, says so, sends under it when the server
 * says that everybody has it or nothing was heard for a while, and retires the old. The epoch that is sent under only
 * ever rises. What was missed is fetched: after every connect, when there is talk of an unknown epoch, and when something
 * does not open.
 */
export class EpochKeeper {
  readonly #keys: SessionKeys;
  readonly #closing = new AbortController();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #link: EpochLink | null = null;
  #media: MediaEncryptionManager | null = null;
  /** One step after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Fetches are numbered in the order they began. */
  #fetches = 0;
  #lastSuccess = 0;
  /** When there was no connection to ask over, the last time we tried. */
  #apartAt = 0;
  #succeeded = Promise.withResolvers<void>();
  #waitingFetch: Promise<void> | null = null;
  /** Up to this epoch the server gave us all that are ours. A newer one may be here, and one before it missing. */
  #completeTo: number;

  constructor(keys: SessionKeys) {
    this.#keys = keys;
    this.#completeTo = keys.newestEpoch;
  }

  connect(link: EpochLink): void {
    this.#link = link;
  }

  /** Keeps the media's keys at the same epochs from now on. Call it before anybody is admitted. */
  protect(media: MediaEncryptionManager): void {
    this.#media = media;
    const { epochs, currentEpoch } = this.#keys;
    const inFlight = epochs.slice(-epochsInFlight).filter((epoch) => epoch !== currentEpoch);
    for (const epoch of inFlight) void media.stageEpoch(epoch);
    this.#retireLater(currentEpoch);
    media.subscribe((event) => {
      if (event.kind === "track" && event.state === "undecryptable") void this.heal();
    });
  }

  /** The server gives an epoch. */
  stage(given: SessionEpoch): void {
    void this.#enqueue(async () => {
      if (given.epoch > this.#completeTo + 1) await this.#fetch();
      await this.#stage(given);
      if (given.epoch === this.#completeTo + 1) this.#completeTo = given.epoch;
      this.#acknowledge(given.epoch); // a known one too: the server may ask again
    });
  }

  /** The server says that everybody has staged an epoch, or had the time to. */
  activate(epoch: number): void {
    void this.#enqueue(async () => {
      if (epoch > this.#keys.newestEpoch) await this.#fetch();
      await this.#activate(epoch);
    });
  }

  /** Fetches what was missed. One that waits for its turn serves everybody who asks. Never rejects. */
  heal(): Promise<void> {
    this.#waitingFetch ??= this.#enqueue(() => {
      this.#waitingFetch = null;
      return this.#fetch();
    });
    return this.#waitingFetch;
  }

  /**
   * Resolves when what was missed while there was no connection is here, or cannot be had. Throws `not_connected` while
   * there is none: then nothing is sealed that can only be sent later.
   */
  async prepareToSend(): Promise<void> {
    if (!this.#link) throw SottoError.notConnected();
    await this.#link.whenUp();
    await this.#queue;
  }

  /**
   * Resolves when the keys of an epoch are here, or will not come: the server was asked, or does not answer for long. While
   * there is no connection it waits. Throws `not_connected` when the seat is given up meanwhile: the next one may have them.
   */
  async obtain(epoch: number): Promise<void> {
    const { signal } = this.#closing;
    const since = Date.now();
    const patienceMs = () => Math.max(since, this.#apartAt) + messagePatienceMs - Date.now();
    const asked = this.#fetches + 1;
    const isMissing = () => !this.#keys.hasEpoch(epoch) && epoch > this.#completeTo;
    if (isMissing()) void this.heal();
    while (isMissing() && this.#lastSuccess < asked && patienceMs() > 0 && !signal.aborted) {
      await within(this.#succeeded.promise, patienceMs(), signal);
    }
    if (signal.aborted) throw SottoError.notConnected();
  }

  /** The keys may be disposed of after this. */
  dispose(): void {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    clearTimeout(this.#retry);
    this.#media = null;
    this.#link = null;
  }

  async #fetch(): Promise<void> {
    const number = ++this.#fetches;
    clearTimeout(this.#retry);
    try {
      const answer = await this.#ask();
      for (const given of answer.epochs) {
        await this.#stage(given);
        if (given.epoch > answer.current) this.#acknowledge(given.epoch);
      }
      this.#completeTo = Math.max(this.#completeTo, answer.epochs.at(-1)?.epoch ?? 0);
      await this.#activate(answer.current);
      this.#lastSuccess = number;
      this.#succeeded.resolve();
      this.#succeeded = Promise.withResolvers();
    } catch (error) {
      if (SottoError.from(error).code === "not_connected") this.#apartAt = Date.now(); // the next connect fetches too
      if (!this.#closing.signal.aborted) this.#retry = setTimeout(() => void this.heal(), retryMs);
    }
  }

  async #ask(): Promise<EpochsResult> {
    if (!this.#link) throw new Error("there is no link to the server");
    const answer = await within(this.#link.fetch(), fetchPatienceMs, this.#closing.signal);
    if (!answer) throw new Error("the server takes too long");
    return answer;
  }

  /** Takes an epoch that is newer, or was missed; any other changes nothing, whatever comes with it. */
  async #stage({ epoch, secret }: SessionEpoch): Promise<void> {
    if (epoch <= this.#completeTo || this.#keys.hasEpoch(epoch)) return;
    const given = { epoch, ...(secret !== undefined && { secret: decodeBase64Url(secret) }) };
    if (epoch < this.#keys.newestEpoch) await this.#keys.addMissedEpoch(given);
    else await this.#keys.addEpoch(given);
    const startedAfresh = this.#keys.currentEpoch === epoch;
    if (startedAfresh) {
      this.#completeTo = epoch;
      this.#media?.retireEpochsBefore(epoch);
    }
    await this.#media?.stageEpoch(epoch);
    if (startedAfresh) await this.#sendUnder(epoch);
    else this.#later(activateAfterMs, () => void this.#enqueue(() => this.#activate(epoch)));
  }

  #acknowledge(epoch: number): void {
    if (!this.#keys.hasEpoch(epoch)) return;
    this.#link?.acknowledge(epoch).catch(() => undefined); // nobody waits for it long
  }

  async #activate(epoch: number): Promise<void> {
    if (epoch <= this.#keys.currentEpoch || !this.#keys.hasEpoch(epoch)) return;
    this.#keys.activateEpoch(epoch);
    await this.#sendUnder(epoch);
  }

  async #sendUnder(epoch: number): Promise<void> {
    await this.#media?.activateEpoch(epoch);
    this.#link?.onActivated(epoch);
    this.#retireLater(epoch);
  }

  #retireLater(epoch: number): void {
    this.#later(retireAfterMs, () => this.#media?.retireEpochsBefore(epoch));
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** What fails here is a worker or keys that are broken or disposed of, which their owners hear of. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(async () => {
      if (!this.#closing.signal.aborted) await step();
    });
    this.#queue = done.catch(() => undefined);
    return done.catch(() => undefined);
  }
}

/** What `work` gives, or undefined where that takes longer than `ms` or the signal aborts. */
async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const done = new AbortController();
  const patience = pause(ms, AbortSignal.any([signal, done.signal])).then(() => undefined);
  try {
    return await Promise.race([work, patience]);
  } finally {
    done.abort();
  }
}
