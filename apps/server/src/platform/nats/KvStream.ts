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
import { isKvMarker } from "./kvMarker.ts";
import { originOf } from "./kvOrigin.ts";
import { KvWatch, type KvChange } from "./KvWatch.ts";

export interface KvStreamOptions<T> {
  name: string;
  /** Values are checked when they are read: another version of this program may have written them. */
  schema: ZodType<T>;
  /** The value that this node already read or wrote as this revision of the key: then it is not read and checked again. */
  known?: (key: string, revision: number) => T | undefined;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  replicas: number;
}

/** What is stored under a key. `value`: null for the marker of a purged one. `origin`: see `kvOrigin.ts`. */
export interface Stored<T> {
  key: string;
  value: T | null;
  revision: number;
  origin: number | null;
}

interface PublishOptions {
  /** The key's revision, 0 for none; any if absent. */
  expected?: number | undefined;
  ttlSeconds?: number | undefined;
  headers?: MsgHdrs | undefined;
}

/** A stream of this name exists with other settings. */
const streamExistsCode = 10058;
const keyPattern = /^[A-Za-z0-9_=-]+(\.[A-Za-z0-9_=-]+)*$/;

/** The JetStream stream of a bucket: keys as subjects, values as JSON. Failures of NATS are `unavailable`. */
export class KvStream<T> {
  readonly #options: KvStreamOptions<T>;
  readonly #stream: string;
  #newestRevision = 0;
  #hasDirectReads = false;

  constructor(options: KvStreamOptions<T>) {
    this.#options = options;
    this.#stream = `KV_${options.name}`;
  }

  /** Makes the stream where it is missing. Gives when it was made. */
  async ensure(): Promise<string> {
    const { created, config } = await this.#manager.streams.info(this.#stream).catch((error: unknown) => {
      if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return this.#create();
      throw AppError.unavailable(error);
    });
    // An older version may have made the stream.
    this.#hasDirectReads = config.allow_direct && config.num_replicas === 1;
    return created;
  }

  async last(key: string): Promise<Stored<T> | null> {
    const reader = this.#hasDirectReads ? this.#manager.direct : this.#manager.streams;
    const message = await reader
      .getMessage(this.#stream, { last_by_subj: this.#subject(key) })
      .catch((error: unknown) => {
        if (isApiError(error, JetStreamApiCodes.NoMessageFound)) return null;
        throw AppError.unavailable(error);
      });
    return message && this.#read(message.subject, message.seq, message.header, message.data);
  }

  /** What is stored at and below `prefix`; all for "". */
  async all(prefix: string): Promise<Stored<T>[]> {
    const consumer = await this.#options.jetstream.consumers
      .get(this.#stream, { filter_subjects: this.#filters(prefix), deliver_policy: DeliverPolicy.LastPerSubject })
      .catch(unavailable);
    const { num_pending: pending } = await consumer.info(true);
    const found: Stored<T>[] = [];
    if (pending > 0) {
      const messages = await consumer.fetch({ max_messages: pending, expires: 5_000 }).catch(unavailable);
      for await (const { subject, seq, headers, data } of messages) found.push(this.#read(subject, seq, headers, data));
      if (found.length < pending) throw AppError.unavailable(new Error(`${this.#stream} answered only in part`));
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

  /** Stores a value, or the marker that the headers make of null; `null` where another revision than `expected` is there. */
  async publish(key: string, value: T | null, options: PublishOptions): Promise<number | null> {
    const { expected, ttlSeconds, headers } = options;
    const subject = this.#subject(key);
    const body = value === null ? "" : JSON.stringify(value);
    try {
      const { seq } = await this.#options.jetstream.publish(subject, body, {
        ...(headers && { headers }),
        ...(expected !== undefined && { expect: { lastSubjectSequence: expected } }),
        ...(ttlSeconds !== undefined && { ttl: `${ttlSeconds}s` }),
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

  /** Removes the key `prefix` and every key below it, markers too. Watches do not hear of it. */
  async purge(prefix: string): Promise<void> {
    for (const filter of this.#filters(prefix)) {
      await this.#manager.streams.purge(this.#stream, { filter }).catch(unavailable);
    }
  }

  /** Tells of everything at and below `prefix` once it is started. */
  watch(prefix: string, onChange: (change: KvChange<T>) => void): KvWatch<T> {
    return new KvWatch<T>({
      jetstream: this.#options.jetstream,
      stream: this.#stream,
      filters: this.#filters(prefix),
      keyOf: (subject) => this.#keyOf(subject),
      valueOf: (key, revision, data) => this.#valueOf(key, revision, data),
      onChange: (change) => {
        if (change.kind === "put") this.#newestRevision = Math.max(this.#newestRevision, change.revision);
        onChange(change);
      },
    });
  }

  get #manager(): JetStreamManager {
    return this.#options.manager;
  }

  #create() {
    return this.#manager.streams
      .add({
        name: this.#stream,
        subjects: [`$KV.${this.#options.name}.>`],
        retention: RetentionPolicy.Limits,
        storage: StorageType.Memory,
        num_replicas: this.#options.replicas,
        first_seq: firstSequenceAfter(this.#newestRevision),
        max_msgs_per_subject: 1,
        max_msg_size: 512 * 1024,
        discard: DiscardPolicy.New,
        duplicate_window: nanos(1_000),
        deny_delete: true,
        deny_purge: false,
        allow_rollup_hdrs: true,
        allow_msg_ttl: true,
        // Of several copies any one answers a direct read, also one that is behind.
        allow_direct: this.#options.replicas === 1,
      })
      .catch((error: unknown) => {
        // Another node was faster: its stream begins with another sequence.
        if (isApiError(error, streamExistsCode)) return this.#manager.streams.info(this.#stream).catch(unavailable);
        throw AppError.unavailable(error);
      });
  }

  #read(subject: string, revision: number, headers: MsgHdrs | undefined, data: Uint8Array): Stored<T> {
    const key = this.#keyOf(subject);
    const value = isKvMarker(headers) ? null : this.#valueOf(key, revision, data);
    return { key, value, revision, origin: originOf(headers) };
  }

  #subject(key: string): string {
    if (!keyPattern.test(key)) throw new Error(`not a key of bucket ${this.#options.name}`);
    return `$KV.${this.#options.name}.${key}`;
  }

  #filters(prefix: string): string[] {
    if (prefix === "") return [`$KV.${this.#options.name}.>`];
    return [this.#subject(prefix), `${this.#subject(prefix)}.>`];
  }

  #keyOf(subject: string): string {
    return subject.slice(`$KV.${this.#options.name}.`.length);
  }

  #valueOf(key: string, revision: number, data: Uint8Array): T {
    const { known, schema } = this.#options;
    return known?.(key, revision) ?? schema.parse(JSON.parse(new TextDecoder().decode(data)));
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function unavailable(error: unknown): never {
  throw AppError.unavailable(error);
}
