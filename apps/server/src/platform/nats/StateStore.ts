import { setTimeout as delay } from "node:timers/promises";
import { jetstream, jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Logger } from "pino";
import type { ZodType } from "zod";
import { KvBucket } from "./KvBucket.ts";
import { StateGate } from "./StateGate.ts";

const retryMs = 500;
/** Whoever was without NATS for longer has nobody left to write anything back for, and may have missed too much. */
const maxAbsenceMs = 10 * 60_000;

interface StateStoreOptions {
  connection: NatsConnection;
  manager: JetStreamManager;
  replicas: number;
  /**
   * How long after its making the state is left alone, so that other nodes can write back what they remember: who looked
   * before would find no meeting.
   */
  settleMs: number;
  log: Logger;
}

/** What is to be done when the memory of the NATS cluster is gone. `remembered`: whether this node may write it back. */
export type LossListener = (loss: { remembered: boolean }) => void | Promise<void>;

/** The control plane's own state: buckets in the account that no participant is ever in. */
export class StateStore {
  readonly #options: StateStoreOptions;
  readonly #gate = new StateGate();
  readonly #buckets: KvBucket<unknown>[] = [];
  readonly #lossListeners = new Set<LossListener>();
  #awaySinceMs: number | null = null;
  #isLossOpen = false;
  #recovery = 0;

  private constructor(options: StateStoreOptions) {
    this.#options = options;
    this.#gate.open();
  }

  static async open(options: Omit<StateStoreOptions, "manager">): Promise<StateStore> {
    const manager = await jetstreamManager(options.connection, { checkAPI: false });
    return new StateStore({ ...options, manager });
  }

  /** Opens a bucket, and makes it where it is missing. */
  async bucket<T>(name: string, schema: ZodType<T>): Promise<KvBucket<T>> {
    const { connection, manager, replicas } = this.#options;
    const gate = this.#gate;
    const bucket = new KvBucket<T>({ name, schema, jetstream: jetstream(connection), manager, replicas, gate });
    await bucket.ensure();
    this.#buckets.push(bucket as KvBucket<unknown>);
    return bucket;
  }

  /** Resolves when other nodes have had the time to write back what NATS lost, where it lost anything just now. */
  async settle(): Promise<void> {
    const { settleMs } = this.#options;
    const youngestMs = Date.now() - Math.max(...this.#buckets.map(({ createdAtMs }) => createdAtMs));
    if (youngestMs < settleMs) await delay(Math.min(settleMs, settleMs - youngestMs));
  }

  /** Whether the state can be worked with; while it cannot, whoever tries waits for some seconds. */
  get isReady(): boolean {
    return this.#gate.isOpen;
  }

  /** Called when the memory of the NATS cluster is gone, with every session in it, and again when that failed. */
  onLost(listener: LossListener): void {
    this.#lossListeners.add(listener);
  }

  /** The connection is lost: nobody is told anything from now on, and nothing is heard of a NATS that may be empty. */
  suspend(): void {
    this.#gate.close();
    this.#awaySinceMs ??= Date.now();
    for (const bucket of this.#buckets) bucket.pauseWatches();
  }

  /**
   * After a reconnect: makes buckets that a restarted NATS does not have, has what it lost written back, restarts watches,
   * and lets everybody in again. Tries until it is done: without its buckets the control plane can do nothing.
   */
  async recover(): Promise<void> {
    const recovery = ++this.#recovery;
    const isCurrent = () => recovery === this.#recovery && !this.#options.connection.isClosed();
    while (isCurrent()) {
      try {
        await this.#recoverOnce();
        if (!isCurrent()) return;
        this.#awaySinceMs = null;
        this.#gate.open();
        return;
      } catch (error) {
        if (!isCurrent()) return;
        this.#options.log.error({ err: error }, "the state is out of reach; trying again");
        await delay(retryMs);
      }
    }
  }

  async #recoverOnce(): Promise<void> {
    const results = await Promise.all(this.#buckets.map((bucket) => bucket.ensure()));
    if (results.some(({ lost }) => lost)) {
      this.#isLossOpen = true;
      this.#options.log.error("NATS came back without its memory; what this node remembers is written back");
    }
    if (this.#isLossOpen) {
      const remembered = Date.now() - (this.#awaySinceMs ?? 0) < maxAbsenceMs;
      await Promise.all([...this.#lossListeners].map(async (listener) => listener({ remembered })));
      await this.settle();
      this.#isLossOpen = false;
    }
    await Promise.all(this.#buckets.map((bucket) => bucket.restartWatches()));
  }
}
