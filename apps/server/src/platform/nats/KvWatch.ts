import { DeliverPolicy, type ConsumerMessages, type JetStreamClient } from "@nats-io/jetstream";
import { isKvMarker } from "./kvMarker.ts";
import { originOf } from "./kvOrigin.ts";

/**
 * What a watcher hears: `reset` (forget everything, it comes again), `put` and `purge` of one key, and `ready` once
 * everything that was there has been told. `origin`: the revision that a value had in a bucket that NATS lost, where it
 * was written back.
 */
export type KvChange<T> =
  | { kind: "reset" }
  | { kind: "put"; key: string; value: T; revision: number; origin: number | null }
  | { kind: "purge"; key: string; revision: number }
  | { kind: "ready" };

interface KvWatchOptions<T> {
  jetstream: JetStreamClient;
  stream: string;
  filters: string[];
  keyOf: (subject: string) => string;
  valueOf: (key: string, revision: number, data: Uint8Array) => T;
  onChange: (change: KvChange<T>) => void;
}

/** Follows part of a bucket, in order and without gaps, through the failure of a node of the cluster. */
export class KvWatch<T> {
  readonly #options: KvWatchOptions<T>;
  #messages: ConsumerMessages | null = null;
  #stopped = false;

  constructor(options: KvWatchOptions<T>) {
    this.#options = options;
  }

  /** Starts, or starts over. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    this.#messages?.stop();
    const { jetstream, stream, filters, keyOf, valueOf, onChange } = this.#options;
    const consumer = await jetstream.consumers.get(stream, {
      filter_subjects: filters,
      deliver_policy: DeliverPolicy.LastPerSubject,
    });
    const { num_pending: pending } = await consumer.info(true);
    onChange({ kind: "reset" });
    if (pending === 0) onChange({ kind: "ready" });
    let untold = pending;
    this.#messages = await consumer.consume({
      // The default took 45 s to notice that its server was gone.
      idle_heartbeat: 1_000,
      callback: (message) => {
        const key = keyOf(message.subject);
        if (isKvMarker(message.headers)) onChange({ kind: "purge", key, revision: message.seq });
        else {
          const { seq: revision, headers, data } = message;
          onChange({ kind: "put", key, value: valueOf(key, revision, data), revision, origin: originOf(headers) });
        }
        untold -= 1;
        if (untold === 0) onChange({ kind: "ready" });
      },
    });
    if (this.#stopped) this.stop();
  }

  /** Hears nothing until it is started over. */
  pause(): void {
    this.#messages?.stop();
    this.#messages = null;
  }

  stop(): void {
    this.#stopped = true;
    this.#messages?.stop();
  }
}
