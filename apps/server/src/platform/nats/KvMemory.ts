import type { KvEntry } from "./KvBucket.ts";
import { KvEntries } from "./KvEntries.ts";
import type { KvChange } from "./KvWatch.ts";

/** What one making of a bucket held, as far as this node heard of it. */
interface Generation<T> {
  entries: KvEntries<T>;
  /** Keys that are gone, with the revision up to which, and when that was heard. */
  purged: Map<string, { revision: number; atMs: number }>;
  /** Everything up to this revision was heard, in order: what is not among the entries then, is gone. */
  completeUpTo: number;
}

/** For longer than this nobody comes late with what NATS lost. */
const rememberedMs = 15 * 60_000;

/**
 * A bucket in this node's memory: for looking through all of it often, and for writing it back when NATS has lost it. It
 * hears of every change through a watch, and of this node's own at once. It may be a moment behind, and may hold keys that
 * another node purged with their prefix: whatever is done because of it is checked against the bucket.
 */
export class KvMemory<T> {
  #current: Generation<T> = newGeneration();
  #lost: (Generation<T> & { atMs: number }) | null = null;
  /** Keys that a watch which started over has told of so far. */
  #told: Set<string> | null = null;
  /** Whether a watch has told all of the present bucket. */
  #isWhole = false;
  #onRevived: ((entry: KvEntry<T>) => void) | null = null;

  values(): KvEntry<T>[] {
    return [...this.#current.entries.values()];
  }

  /** What is at and below `prefix`, the first part of a key. */
  below(prefix: string): Iterable<KvEntry<T>> {
    return this.#current.entries.below(prefix);
  }

  get(key: string): KvEntry<T> | undefined {
    return this.#current.entries.get(key);
  }

  /** What the bucket held when NATS lost it. */
  lostEntries(): KvEntry<T>[] {
    return [...(this.#lost?.entries.values() ?? [])];
  }

  /** Drops a key that turned out to be gone from the bucket. */
  forget(key: string): void {
    this.#current.entries.delete(key);
  }

  /** Calls `listener` with what another node wrote back although it was gone before NATS lost it: that node was behind. */
  onRevived(listener: (entry: KvEntry<T>) => void): void {
    this.#onRevived = listener;
  }

  /** What the watch of the whole bucket tells. */
  hear(change: KvChange<T>): void {
    switch (change.kind) {
      case "reset":
        this.#told = new Set();
        break;
      case "put":
        this.#told?.add(change.key);
        this.#hearPut(change);
        this.#current.completeUpTo = Math.max(this.#current.completeUpTo, change.revision);
        break;
      case "purge":
        this.purged(change.key, change.revision);
        this.#current.completeUpTo = Math.max(this.#current.completeUpTo, change.revision);
        break;
      case "ready":
        this.#dropUntold();
    }
  }

  /** This node wrote an entry. */
  wrote(entry: KvEntry<T>): void {
    const { entries, purged } = this.#current;
    const isOld = (entries.get(entry.key)?.revision ?? 0) >= entry.revision;
    if (isOld || (purged.get(entry.key)?.revision ?? 0) >= entry.revision) return;
    entries.set(entry.key, entry);
  }

  /** A key is gone, up to `revision`. */
  purged(key: string, revision: number): void {
    const { entries, purged } = this.#current;
    const entry = entries.get(key);
    if (entry && entry.revision < revision) entries.delete(key);
    purged.set(key, { revision: Math.max(revision, purged.get(key)?.revision ?? 0), atMs: Date.now() });
  }

  /** This node purged everything at and below `prefix`, which never comes back. */
  purgedPrefix(prefix: string): void {
    for (const key of this.#current.entries.keys()) {
      if (key === prefix || key.startsWith(`${prefix}.`)) this.purged(key, Number.MAX_SAFE_INTEGER);
    }
  }

  /**
   * NATS has lost the bucket: what was known of it is kept to be written back, a new life begins. Where that happens again
   * before everything was written back, what is still missing stays known.
   */
  startOver(): void {
    const known = this.#isWhole || this.#lost === null ? this.#current : merged(this.#lost, this.#current);
    this.#lost = { ...known, atMs: Date.now() };
    this.#current = newGeneration();
    this.#isWhole = false;
  }

  /** Forgets what nobody needs any more. */
  prune(now: number): void {
    if (this.#lost && this.#lost.atMs + rememberedMs < now) this.#lost = null;
    for (const [key, { atMs }] of this.#current.purged) {
      if (atMs + rememberedMs < now) this.#current.purged.delete(key);
    }
  }

  #hearPut({ key, value, revision, origin }: KvChange<T> & { kind: "put" }): void {
    if (origin !== null && this.#wasGone(key, revision, origin)) this.#onRevived?.({ key, value, revision });
    this.wrote({ key, value, revision });
  }

  /** Whether the value that had revision `origin` in the lost bucket was gone before, or was written back and is gone since. */
  #wasGone(key: string, revision: number, origin: number): boolean {
    const goneUpTo = this.#current.purged.get(key)?.revision ?? Infinity;
    if (goneUpTo < revision || goneUpTo === Number.MAX_SAFE_INTEGER) return true;
    if (this.#lost === null) return false;
    const { entries, purged, completeUpTo } = this.#lost;
    return !entries.has(key) && (origin <= completeUpTo || (purged.get(key)?.revision ?? 0) > origin);
  }

  #dropUntold(): void {
    const { entries, completeUpTo } = this.#current;
    for (const { key, revision } of entries.values()) {
      if (this.#told && !this.#told.has(key) && revision <= completeUpTo) entries.delete(key);
    }
    this.#told = null;
    this.#isWhole = true;
  }
}

/** An older generation with what became of it in a newer one, whose revisions are all higher. */
function merged<T>(older: Generation<T>, newer: Generation<T>): Generation<T> {
  const entries = new KvEntries<T>();
  for (const [key, entry] of [...older.entries, ...newer.entries]) entries.set(key, entry);
  for (const key of newer.purged.keys()) if (!newer.entries.has(key)) entries.delete(key);
  const purged = new Map([...older.purged, ...newer.purged]);
  return { entries, purged, completeUpTo: Math.max(older.completeUpTo, newer.completeUpTo) };
}

function newGeneration<T>(): Generation<T> {
  return { entries: new KvEntries(), purged: new Map(), completeUpTo: 0 };
}
