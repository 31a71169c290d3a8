import { setTimeout as delay } from "node:timers/promises";
import { jetstream, jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Logger } from "pino";
import type { ZodType } from "zod";
import { KvBucket } from "./KvBucket.ts";

const retryMs = 500;

interface StateStoreOptions {
  connection: NatsConnection;
  manager: JetStreamManager;
  replicas: number;
  log: Logger;
}

/** The control plane's own state: buckets in the account that no participant is ever in. */
export class StateStore {
  readonly #options: StateStoreOptions;
  readonly #buckets: KvBucket<unknown>[] = [];
  readonly #lostListeners = new Set<() => void>();

  private constructor(options: StateStoreOptions) {
    this.#options = options;
  }

  static async open(options: Omit<StateStoreOptions, "manager">): Promise<StateStore> {
    const manager = await jetstreamManager(options.connection, { checkAPI: false });
    return new StateStore({ ...options, manager });
  }

  /** Opens a bucket, and makes it where it is missing. */
  async bucket<T>(name: string, schema: ZodType<T>): Promise<KvBucket<T>> {
    const { connection, manager, replicas } = this.#options;
    const bucket = new KvBucket<T>({ name, schema, jetstream: jetstream(connection), manager, replicas });
    await bucket.ensure();
    this.#buckets.push(bucket as KvBucket<unknown>);
    return bucket;
  }

  /** Called when the memory of the NATS cluster is gone, with every session in it. */
  onLost(listener: () => void): void {
    this.#lostListeners.add(listener);
  }

  /**
   * After a reconnect: makes buckets that a restarted NATS does not have, tells of the loss, restarts watches. Tries
   * until it is done: without its buckets the control plane can do nothing.
   */
  async recover(): Promise<void> {
    for (;;) {
      try {
        return await this.#recoverOnce();
      } catch (error) {
        if (this.#options.connection.isClosed()) return;
        this.#options.log.error({ err: error }, "the state is out of reach; trying again");
        await delay(retryMs);
      }
    }
  }

  async #recoverOnce(): Promise<void> {
    const results = await Promise.all(this.#buckets.map((bucket) => bucket.ensure()));
    if (results.some(({ lost }) => lost)) {
      this.#options.log.error("NATS came back without its memory: every session is over");
      for (const listener of this.#lostListeners) listener();
    }
    await Promise.all(this.#buckets.map((bucket) => bucket.restartWatches()));
  }
}
