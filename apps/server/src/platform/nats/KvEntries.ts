import type { KvEntry } from "./KvBucket.ts";

/** Entries by key, which also finds those of one prefix without looking at all of them. Of a key's parts the first is the prefix. */
export class KvEntries<T> extends Map<string, KvEntry<T>> {
  readonly #keys = new Map<string, Set<string>>();

  /** What is at and below `prefix`, which has no dot. */
  *below(prefix: string): Generator<KvEntry<T>> {
    for (const key of this.#keys.get(prefix) ?? []) {
      const entry = this.get(key);
      if (entry) yield entry;
    }
  }

  override set(key: string, entry: KvEntry<T>): this {
    const prefix = prefixOf(key);
    const keys = this.#keys.get(prefix);
    if (keys) keys.add(key);
    else this.#keys.set(prefix, new Set([key]));
    return super.set(key, entry);
  }

  override delete(key: string): boolean {
    const prefix = prefixOf(key);
    const keys = this.#keys.get(prefix);
    if (keys?.delete(key) && keys.size === 0) this.#keys.delete(prefix);
    return super.delete(key);
  }
}

function prefixOf(key: string): string {
  const end = key.indexOf(".");
  return end === -1 ? key : key.slice(0, end);
}
