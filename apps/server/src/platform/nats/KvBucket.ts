import { setTimeout as delay } from "node:timers/promises";
import {
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos, type MsgHdrs } from "@nats-io/nats-core";
import type { ZodType } from "zod";
import { AppError } from "../AppError.ts";
import { firstSequenceAfter } from "./firstSequenceAfter.ts";
import { isKvMarker, kvMarkerHeaders } from "./kvMarker.ts";
import { KvMemory } from "./KvMemory.ts";
import { originHeaders, originOf } from "./kvOrigin.ts";
import { KvWatch, type KvChange } from "./KvWatch.ts";
import type { StateGate } from "./StateGate.ts";

export interface KvEntry<T> {
  key: string;
  value: T;
  /** Grows with every change of the bucket, also over a loss of it; what compare-and-set compares. */
  revision: number;
}

export interface KvBucketOptions<T> {
  name: string;
  /** Values are checked when they are read: another version of this program may have written them. */
  schema: ZodType<T>;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  replicas: number;
  gate: StateGate;
}

/** How long the marker of a purged key stays for the sake of watchers and replicas. */
const markerTtlSeconds = 30;
const maxMutateAttempts = 100;
/** A stream of this name exists with other settings. */
const streamExistsCode = 10058;
const keyPattern = /^[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*$/;

/**
 * Keys and values in the memory of the NATS cluster, the last value of each key only; every write is a compare-and-set
 * or makes the key. Reads go to the leader, so that what was written is what is read on every node. Failures of NATS
 * are `unavailable`. While NATS is away everybody waits at the gate, except who writes back what it lost.
 */
export class KvBucket<T> {
  readonly name: string;
  readonly #schema: ZodType<T>;
  readonly #jetstream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #replicas: number;
  readonly #stream: string;
  readonly #gate: StateGate;
  readonly #watches = new Set<KvWatch<T>>();
  /** By key: the revision of a value that was written back, which every later value of the key carries along. */
  readonly #origins = new Map<string, number>();
  #memory: KvMemory<T> | null = null;
  #newestRevision = 0;
  #createdAt: string | null = null;

  constructor({ name, schema, jetstream, manager, replicas, gate }: KvBucketOptions<T>) {
    this.name = name;
    this.#schema = schema;
    this.#jetstream = jetstream;
    this.#manager = manager;
    this.#replicas = replicas;
    this.#gate = gate;
    this.#stream = `KV_${name}`;
  }

  /** Makes the bucket where it is missing. Gives whether what it held before is lost. */
  async ensure(): Promise<{ lost: boolean }> {
    const info = await this.#manager.streams.info(this.#stream).catch((error: unknown) => {
      if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return this.#create();
      throw AppError.unavailable(error);
    });
    const lost = this.#createdAt !== null && this.#createdAt !== info.created;
    this.#createdAt = info.created;
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
    await this.#follow("", (change) => memory.hear(change), signal);
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
    const message = await this.#gate.through(() => this.#last(key));
    if (!message || isKvMarker(message.header)) return null;
    this.#noteOrigin(key, originOf(message.header));
    return { key, value: this.#decode(message.data), revision: message.seq };
  }

  /** Makes the key; `null` where it exists. */
  async create(key: string, value: T): Promise<number | null> {
    const revision = await this.#put(key, value, 0);
    if (revision !== null) return revision;
    const message = await this.#gate.through(() => this.#last(key));
    return message && isKvMarker(message.header) ? this.#put(key, value, message.seq) : null;
  }

  /**
   * Makes a marker that goes away by itself; exactly one caller in the whole cluster gets `true` for a key. Throws
   * `unavailable` where NATS was away meanwhile: the bucket may be another one now.
   */
  createOnce(key: string, ttlMs: number, value: T): Promise<boolean> {
    return this.#gate.through(async () => (await this.#put(key, value, 0, Math.ceil(ttlMs / 1000))) !== null);
  }

  /** Replaces the value where `revision` is still the newest; `null` where it is not. */
  update(key: string, value: T, revision: number): Promise<number | null> {
    return this.#put(key, value, revision);
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
      const revision = await this.#put(key, value, entry.revision);
      if (revision !== null) return { key, value, revision };
      await delay(Math.random() * Math.min(2 ** attempt, 50));
    }
    throw AppError.unavailable(new Error(`a key of bucket ${this.name} is changed all the time`));
  }

  /**
   * Removes the key, only where `revision` is still the newest if one is given (else `false`). Watchers hear of it by a
   * marker that goes away by itself.
   */
  async purge(key: string, revision?: number): Promise<boolean> {
    await this.#gate.pass();
    const headers = kvMarkerHeaders();
    const purged = await this.#publish(key, "", { headers, revision, ttlSeconds: markerTtlSeconds });
    if (purged === null) return false;
    this.#origins.delete(key);
    this.#memory?.purged(key, purged);
    return true;
  }

  /** Removes the key `prefix` and every key below it, markers too: nothing is left. Watchers do not hear of it. */
  async purgePrefix(prefix: string): Promise<void> {
    await this.#gate.pass();
    for (const filter of this.#filters(prefix)) {
      await this.#manager.streams.purge(this.#stream, { filter }).catch(unavailable);
    }
    this.#memory?.purgedPrefix(prefix);
  }

  /** The entries at and below `prefix`; all for "". */
  entries(prefix: string): Promise<KvEntry<T>[]> {
    return this.#gate.through(() => this.#entries(prefix));
  }

  async #entries(prefix: string): Promise<KvEntry<T>[]> {
    const consumer = await this.#jetstream.consumers
      .get(this.#stream, { filter_subjects: this.#filters(prefix), deliver_policy: DeliverPolicy.LastPerSubject })
      .catch(unavailable);
    const { num_pending: pending } = await consumer.info(true);
    const found: KvEntry<T>[] = [];
    if (pending > 0) {
      let left = pending;
      const messages = await consumer.fetch({ max_messages: pending, expires: 5_000 }).catch(unavailable);
      for await (const message of messages) {
        left -= 1;
        if (isKvMarker(message.headers)) continue;
        const key = this.#keyOf(message.subject);
        this.#noteOrigin(key, originOf(message.headers));
        found.push({ key, value: this.#decode(message.data), revision: message.seq });
      }
      if (left > 0) throw AppError.unavailable(new Error(`bucket ${this.name} answered only in part`));
    }
    await consumer.delete().catch(unavailable);
    return found;
  }

  /** How many keys are stored at and below `prefix`, markers of purged keys included. */
  count(prefix: string): Promise<number> {
    return this.#gate.through(() => this.#count(prefix));
  }

  async #count(prefix: string): Promise<number> {
    let count = 0;
    for (const subjects_filter of this.#filters(prefix)) {
      const { state } = await this.#manager.streams
        .info(this.#stream, { subjects_filter, deleted_details: false })
        .catch(unavailable);
      count += Object.keys(state.subjects ?? {}).length;
    }
    return count;
  }

  /** Calls `onChange` for everything at and below `prefix`, now and from now on, until `signal` aborts. */
  async watch(prefix: string, onChange: (change: KvChange<T>) => void, signal: AbortSignal): Promise<void> {
    await this.#gate.pass();
    await this.#follow(prefix, onChange, signal);
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
      const message = await this.#last(key);
      const found = message && !isKvMarker(message.header) ? this.#decode(message.data) : null;
      const theirOrigin = message && originOf(message.header);
      if (message && (theirOrigin === null || theirOrigin >= origin)) {
        if (found !== null) this.#memory?.wrote({ key, value: found, revision: message.seq });
        return { stands: found ?? mine, corrected: null };
      }
      const value = found === null ? mine : merge(mine, found);
      const headers = originHeaders(origin);
      const revision = await this.#publish(key, JSON.stringify(value), { revision: message?.seq ?? 0, headers });
      if (revision === null) continue;
      this.#origins.set(key, origin);
      this.#memory?.wrote({ key, value, revision });
      return { stands: value, corrected: found };
    }
    throw AppError.unavailable(new Error(`a key of bucket ${this.name} is changed all the time`));
  }

  async #follow(prefix: string, onChange: (change: KvChange<T>) => void, signal: AbortSignal): Promise<void> {
    const watch = new KvWatch<T>({
      jetstream: this.#jetstream,
      stream: this.#stream,
      filters: this.#filters(prefix),
      keyOf: (subject) => this.#keyOf(subject),
      decode: (data) => this.#decode(data),
      onChange: (change) => {
        if (change.kind === "put") {
          this.#noteOrigin(change.key, change.origin);
          this.#newestRevision = Math.max(this.#newestRevision, change.revision);
        }
        onChange(change);
      },
    });
    this.#watches.add(watch);
    signal.addEventListener("abort", () => {
      this.#watches.delete(watch);
      watch.stop();
    });
    await watch.start().catch(unavailable);
  }

  /** Hears nothing until the watches are started over. */
  pauseWatches(): void {
    for (const watch of this.#watches) watch.pause();
  }

  /** Starts every watch over: the connection was lost, and perhaps the bucket with it. */
  async restartWatches(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.start()));
  }

  #create() {
    return this.#manager.streams
      .add({
        name: this.#stream,
        subjects: [`$KV.${this.name}.>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.Memory,
        num_replicas: this.#replicas,
        first_seq: firstSequenceAfter(this.#newestRevision),
        max_msgs_per_subject: 1,
        max_msg_size: 512 * 1024,
        discard: DiscardPolicy.New,
        duplicate_window: nanos(1_000),
        deny_delete: true,
        deny_purge: false,
        allow_rollup_hdrs: true,
        allow_msg_ttl: true,
        allow_direct: false,
      })
      .catch((error: unknown) => {
        // Another node was faster: its bucket begins with another sequence.
        if (isApiError(error, streamExistsCode)) return this.#manager.streams.info(this.#stream).catch(unavailable);
        throw AppError.unavailable(error);
      });
  }

  #last(key: string) {
    return this.#manager.streams
      .getMessage(this.#stream, { last_by_subj: this.#subject(key) })
      .catch((error: unknown) => {
        if (isApiError(error, JetStreamApiCodes.NoMessageFound)) return null;
        throw AppError.unavailable(error);
      });
  }

  async #put(key: string, value: T, expected: number, ttlSeconds?: number): Promise<number | null> {
    await this.#gate.pass();
    const origin = expected > 0 ? this.#origins.get(key) : undefined;
    const headers = origin === undefined ? undefined : originHeaders(origin);
    const revision = await this.#publish(key, JSON.stringify(value), { revision: expected, ttlSeconds, headers });
    if (revision !== null) this.#memory?.wrote({ key, value, revision });
    return revision;
  }

  #noteOrigin(key: string, origin: number | null): void {
    if (origin === null) this.#origins.delete(key);
    else this.#origins.set(key, origin);
  }

  async #publish(
    key: string,
    body: string,
    options: { revision?: number | undefined; ttlSeconds?: number | undefined; headers?: MsgHdrs | undefined },
  ): Promise<number | null> {
    const subject = this.#subject(key);
    try {
      const { seq } = await this.#jetstream.publish(subject, body, {
        ...(options.headers && { headers: options.headers }),
        ...(options.revision !== undefined && { expect: { lastSubjectSequence: options.revision } }),
        ...(options.ttlSeconds !== undefined && { ttl: `${options.ttlSeconds}s` }),
      });
      this.#newestRevision = Math.max(this.#newestRevision, seq);
      return seq;
    } catch (error) {
      const overtaken =
        isApiError(error, JetStreamApiCodes.StreamWrongLastSequence) ||
        isApiError(error, JetStreamApiCodes.StreamWrongLastSequenceUnknown);
      if (overtaken) return null;
      throw AppError.unavailable(error);
    }
  }

  #subject(key: string): string {
    if (!keyPattern.test(key)) throw new Error(`not a key of bucket ${this.name}`);
    return `$KV.${this.name}.${key}`;
  }

  #filters(prefix: string): string[] {
    return prefix === "" ? [`$KV.${this.name}.>`] : [this.#subject(prefix), `${this.#subject(prefix)}.>`];
  }

  #keyOf(subject: string): string {
    return subject.slice(`$KV.${this.name}.`.length);
  }

  #decode(data: Uint8Array): T {
    return this.#schema.parse(JSON.parse(new TextDecoder().decode(data)));
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function unavailable(error: unknown): never {
  throw AppError.unavailable(error);
}
