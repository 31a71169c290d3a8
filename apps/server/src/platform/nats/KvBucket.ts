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
import { isKvMarker, kvMarkerHeaders } from "./kvMarker.ts";
import { KvWatch, type KvChange } from "./KvWatch.ts";

export interface KvEntry<T> {
  key: string;
  value: T;
  /** Grows with every change of the bucket; what compare-and-set compares. */
  revision: number;
}

export interface KvBucketOptions<T> {
  name: string;
  /** Values are checked when they are read: another version of this program may have written them. */
  schema: ZodType<T>;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  replicas: number;
}

/** How long the marker of a purged key stays for the sake of watchers and replicas. */
const markerTtlSeconds = 30;
const maxMutateAttempts = 100;
const keyPattern = /^[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*$/;

/**
 * Keys and values in the memory of the NATS cluster, the last value of each key only; every write is a compare-and-set
 * or makes the key. Reads go to the leader, so that what was written is what is read on every node. Failures of NATS
 * are `unavailable`.
 */
export class KvBucket<T> {
  readonly name: string;
  readonly #schema: ZodType<T>;
  readonly #jetstream: JetStreamClient;
  readonly #manager: JetStreamManager;
  readonly #replicas: number;
  readonly #stream: string;
  readonly #watches = new Set<KvWatch<T>>();
  #createdAt: string | null = null;

  constructor({ name, schema, jetstream, manager, replicas }: KvBucketOptions<T>) {
    this.name = name;
    this.#schema = schema;
    this.#jetstream = jetstream;
    this.#manager = manager;
    this.#replicas = replicas;
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
    return { lost };
  }

  /** When the bucket was made, in Unix milliseconds: what happened before, it cannot know of. */
  get createdAtMs(): number {
    if (this.#createdAt === null) throw new Error(`bucket ${this.name} was not made yet`);
    return Date.parse(this.#createdAt);
  }

  async get(key: string): Promise<KvEntry<T> | null> {
    const message = await this.#last(key);
    if (!message || isKvMarker(message.header)) return null;
    return { key, value: this.#decode(message.data), revision: message.seq };
  }

  /** Makes the key; `null` where it exists. */
  async create(key: string, value: T): Promise<number | null> {
    const revision = await this.#put(key, value, 0);
    if (revision !== null) return revision;
    const message = await this.#last(key);
    return message && isKvMarker(message.header) ? this.#put(key, value, message.seq) : null;
  }

  /** Makes a marker that goes away by itself; exactly one caller in the whole cluster gets `true` for a key. */
  async createOnce(key: string, ttlMs: number, value: T): Promise<boolean> {
    return (await this.#put(key, value, 0, Math.ceil(ttlMs / 1000))) !== null;
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
    const options = { marker: kvMarkerHeaders(), revision, ttlSeconds: markerTtlSeconds };
    return (await this.#publish(key, "", options)) !== null;
  }

  /** Removes the key `prefix` and every key below it, markers too: nothing is left. Watchers do not hear of it. */
  async purgePrefix(prefix: string): Promise<void> {
    for (const filter of this.#filters(prefix)) {
      await this.#manager.streams.purge(this.#stream, { filter }).catch(unavailable);
    }
  }

  /** The entries at and below `prefix`; all for "". */
  async entries(prefix: string): Promise<KvEntry<T>[]> {
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
        found.push({ key: this.#keyOf(message.subject), value: this.#decode(message.data), revision: message.seq });
      }
      if (left > 0) throw AppError.unavailable(new Error(`bucket ${this.name} answered only in part`));
    }
    await consumer.delete().catch(unavailable);
    return found;
  }

  /** How many keys are stored at and below `prefix`, markers of purged keys included. */
  async count(prefix: string): Promise<number> {
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
    const watch = new KvWatch<T>({
      jetstream: this.#jetstream,
      stream: this.#stream,
      filters: this.#filters(prefix),
      keyOf: (subject) => this.#keyOf(subject),
      decode: (data) => this.#decode(data),
      onChange,
    });
    this.#watches.add(watch);
    signal.addEventListener("abort", () => {
      this.#watches.delete(watch);
      watch.stop();
    });
    await watch.start().catch(unavailable);
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
      .catch(unavailable);
  }

  #last(key: string) {
    return this.#manager.streams
      .getMessage(this.#stream, { last_by_subj: this.#subject(key) })
      .catch((error: unknown) => {
        if (isApiError(error, JetStreamApiCodes.NoMessageFound)) return null;
        throw AppError.unavailable(error);
      });
  }

  #put(key: string, value: T, revision: number, ttlSeconds?: number): Promise<number | null> {
    return this.#publish(key, JSON.stringify(value), { revision, ttlSeconds });
  }

  async #publish(
    key: string,
    body: string,
    options: { revision?: number | undefined; ttlSeconds?: number | undefined; marker?: MsgHdrs },
  ): Promise<number | null> {
    const subject = this.#subject(key);
    try {
      const { seq } = await this.#jetstream.publish(subject, body, {
        ...(options.marker && { headers: options.marker }),
        ...(options.revision !== undefined && { expect: { lastSubjectSequence: options.revision } }),
        ...(options.ttlSeconds !== undefined && { ttl: `${options.ttlSeconds}s` }),
      });
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
