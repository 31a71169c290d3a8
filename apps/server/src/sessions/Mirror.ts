import type { KvBucket, KvEntry } from "../platform/nats/KvBucket.ts";

/**
 * A copy of a bucket in this node's memory, for looking through all of it often. It may be a moment behind and may hold
 * keys that were purged with their prefix: whatever is done because of it is checked against the bucket.
 */
export class Mirror<T> {
  readonly #entries = new Map<string, KvEntry<T>>();

  static async follow<T>(bucket: KvBucket<T>, signal: AbortSignal): Promise<Mirror<T>> {
    const mirror = new Mirror<T>();
    await bucket.watch(
      "",
      (change) => {
        if (change.kind === "reset") mirror.#entries.clear();
        if (change.kind === "purge") mirror.#entries.delete(change.key);
        if (change.kind === "put") {
          const { key, value, revision } = change;
          mirror.#entries.set(key, { key, value, revision });
        }
      },
      signal,
    );
    return mirror;
  }

  values(): KvEntry<T>[] {
    return [...this.#entries.values()];
  }

  /** Drops a key that turned out to be gone from the bucket. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
