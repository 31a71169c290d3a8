import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../AppError.ts";
import { kvMarkerHeaders } from "./kvMarker.ts";
import { KvMemory } from "./KvMemory.ts";
import { originHeaders } from "./kvOrigin.ts";
import { KvStream, type KvStreamOptions, type Stored } from "./KvStream.ts";
import type { KvChange, KvWatch } from "./KvWatch.ts";
import { SharedReads } from "./SharedReads.ts";
import type { StateGate } from "./StateGate.ts";

export interface KvEntry<T> {
  key: string;
  value: T;
  /** Grows with every change of the bucket, also over a loss of it; what compare-and-set compares. */
  revision: number;
}

export interface KvBucketOptions<T> extends Omit<KvStreamOptions<T>, "known"> {
  gate: StateGate;
}

/** How long the marker of a purged key stays for the sake of watchers and replicas. */
const markerTtlSeconds = 30;
const maxMutateAttempts = 100;

/**
 * Keys and values in the memory of the NATS cluster, the last value of each key only; every write is a compare-and-set
 * or makes the key. Reads go to the leader, so that what was written is what is read on every node. Failures of NATS
 * are `unavailable`. While NATS is away everybody waits at the gate, except who writes back what it lost.
 */
export class KvBucket<T> {
  readonly name: string;
  readonly #stream: KvStream<T>;
  readonly #gate: StateGate;
  readonly #watches = new Set<KvWatch<T>>();
  readonly #reads = new SharedReads<Stored<T>[]>();
  /** By key: the revision of a value that was written back, which every later value of the key carries along. */
  readonly #origins = new Map<string, number>();
  #memory: KvMemory<T> | null = null;
  #createdAt: string | null = null;

  constructor(options: KvBucketOptions<T>) {
    this.name = options.name;
    this.#stream = new KvStream({ ...options, known: (key, revision) => this.#known(key, revision) });
    this.#gate = options.gate;
  }

  /** Makes the bucket where it is missing. Gives whether what it held before is lost. */
  async ensure(): Promise<{ lost: boolean }> {
    const created = await this.#stream.ensure();
    const lost = this.#createdAt !== null && this.#createdAt !== created;
    this.#createdAt = created;
    if (lost) {
      this.#origins.clear();
      this.#memory?.startOver();
    }
    return { lost };
  }

  /** Remembers everything in the bucket from now on, until `signal` aborts. */
  async remember(signal: AbortSignal): Promise<void> {
    const memory = new KvMemory<T>();
    this.#memory = memory;
    await this.watch("", (change) => memory.hear(change), signal);
  }

  /** What this node knows of the bucket, after {@link remember}. */
  get memory(): KvMemory<T> {
    if (this.#memory === null) throw new Error(`bucket ${this.name} is not remembered`);
    return this.#memory;
  }

  /** When the bucket was made, in Unix milliseconds: what happened before, it cannot know of. */
  get createdAtMs(): number {
    if (this.#createdAt === null) throw new Error(`bucket ${this.name} was not made yet`);
    return Date.parse(this.#createdAt);
  }

  async get(key: string): Promise<KvEntry<T> | null> {
    return this.#entryOf(await this.#gate.through(() => this.#stream.last(key)));
  }

  /** Makes the key; `null` where it exists. */
  async create(key: string, value: T): Promise<number | null> {
    const revision = await this.#put(key, value, { expected: 0 });
    if (revision !== null) return revision;
    const stored = await this.#gate.through(() => this.#stream.last(key));
    return stored?.value === null ? this.#put(key, value, { expected: stored.revision }) : null;
  }

  /**
   * Makes a marker that goes away by itself; exactly one caller in the whole cluster gets `true` for a key. Throws
   * `unavailable` where NATS was away meanwhile: the bucket may be another one now.
   */
  createOnce(key: string, ttlMs: number, value: T): Promise<boolean> {
    const ttlSeconds = Math.ceil(ttlMs / 1000);
    return this.#gate.through(async () => (await this.#put(key, value, { expected: 0, ttlSeconds })) !== null);
  }

  /** Replaces the value where `revision` is still the newest; `null` where it is not. */
  update(key: string, value: T, revision: number): Promise<number | null> {
    const origin = this.#origins.get(key);
    const headers = origin === undefined ? undefined : originHeaders(origin);
    return this.#put(key, value, { expected: revision, headers });
  }

  /**
   * Applies `change` to the value until no other writer comes between; `change` may run several times. Gives the entry
   * as it now stands, `null` where there is none. Where `change` returns the value it was given, nothing is written.
   */
  async mutate(key: string, change: (value: T) => T): Promise<KvEntry<T> | null> {
    for (let attempt = 0; attempt < maxMutateAttempts; attempt++) {
      const entry = await this.get(key);
      if (!entry) return null;
      const value = change(entry.value);
      if (value === entry.value) return entry;
      const revision = await this.update(key, value, entry.revision);
      if (revision !== null) return { key, value, revision };
      await delay(Math.random() * Math.min(2 ** attempt, 50));
    }
    throw this.#tooBusy();
  }

  /**
   * Removes the key, only where `revision` is still the newest if one is given (else `false`). Watchers hear of it by a
   * marker that goes away by itself.
   */
  async purge(key: string, revision?: number): Promise<boolean> {
    await this.#gate.pass();
    const options = { expected: revision, ttlSeconds: markerTtlSeconds, headers: kvMarkerHeaders() };
    const purged = await this.#stream.publish(key, null, options);
    if (purged === null) return false;
    this.#origins.delete(key);
    this.#memory?.purged(key, purged);
    return true;
  }

  /** Removes the key `prefix` and every key below it, markers too: nothing is left. Watchers do not hear of it. */
  async purgePrefix(prefix: string): Promise<void> {
    await this.#gate.pass();
    await this.#stream.purge(prefix);
    this.#memory?.purgedPrefix(prefix);
  }

  /** The entries at and below `prefix`; all for "". */
  async entries(prefix: string): Promise<KvEntry<T>[]> {
    const stored = await this.#reads.read(prefix, () => this.#gate.through(() => this.#stream.all(prefix)));
    return stored.flatMap((each) => this.#entryOf(each) ?? []);
  }

  /** How many keys are stored at and below `prefix`, markers of purged keys included. */
  count(prefix: string): Promise<number> {
    return this.#gate.through(() => this.#stream.count(prefix));
  }

  /** Calls `onChange` for everything at and below `prefix`, now and from now on, until `signal` aborts. */
  async watch(prefix: string, onChange: (change: KvChange<T>) => void, signal: AbortSignal): Promise<void> {
    await this.#gate.pass();
    const watch = this.#stream.watch(prefix, (change) => {
      if (change.kind === "put") this.#noteOrigin(change.key, change.origin);
      if (change.kind === "purge") this.#origins.delete(change.key);
      onChange(change);
    });
    this.#watches.add(watch);
    signal.addEventListener("abort", () => {
      this.#watches.delete(watch);
      watch.stop();
    });
    await watch.start().catch((error: unknown) => {
      throw AppError.unavailable(error);
    });
  }

  /** Hears nothing until the watches are started over. */
  pauseWatches(): void {
    for (const watch of this.#watches) watch.pause();
  }

  /** Starts every watch over: the connection was lost, and perhaps the bucket with it. */
  async restartWatches(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.start()));
  }

  /**
   * Writes back what the bucket held at revision `origin` before NATS lost it. Of any number of nodes one makes the key;
   * where another one was behind and wrote an older value, `merge` says what replaces it, and that older value is given.
   * What came up since is left alone. Does not wait at the gate, which is closed meanwhile.
   */
  async writeBack(
    { key, value: mine, revision: origin }: KvEntry<T>,
    merge: (mine: T, theirs: T) => T,
  ): Promise<{ stands: T; corrected: T | null }> {
    for (let attempt = 0; attempt < maxMutateAttempts; attempt++) {
      const stored = await this.#stream.last(key);
      const theirs = stored?.value ?? null;
      if (stored && (stored.origin === null || stored.origin >= origin)) {
        if (theirs !== null) this.#memory?.wrote({ key, value: theirs, revision: stored.revision });
        return { stands: theirs ?? mine, corrected: null };
      }
      const value = theirs === null ? mine : merge(mine, theirs);
      const headers = originHeaders(origin);
      const revision = await this.#stream.publish(key, value, { expected: stored?.revision ?? 0, headers });
      if (revision === null) continue;
      this.#origins.set(key, origin);
      this.#memory?.wrote({ key, value, revision });
      return { stands: value, corrected: theirs };
    }
    throw this.#tooBusy();
  }

  async #put(key: string, value: T, options: Parameters<KvStream<T>["publish"]>[2]): Promise<number | null> {
    await this.#gate.pass();
    const revision = await this.#stream.publish(key, value, options);
    if (revision !== null) this.#memory?.wrote({ key, value, revision });
    return revision;
  }

  #entryOf(stored: Stored<T> | null): KvEntry<T> | null {
    if (stored === null || stored.value === null) return null;
    const { key, value, revision, origin } = stored;
    this.#noteOrigin(key, origin);
    return { key, value, revision };
  }

  #known(key: string, revision: number): T | undefined {
    const entry = this.#memory?.get(key);
    return entry?.revision === revision ? entry.value : undefined;
  }

  #noteOrigin(key: string, origin: number | null): void {
    if (origin === null) this.#origins.delete(key);
    else this.#origins.set(key, origin);
  }

  #tooBusy(): AppError {
    return AppError.unavailable(new Error(`a key of bucket ${this.name} is changed all the time`));
  }
}
