interface Reads<T> {
  readonly current: Promise<T>;
  next: Promise<T> | null;
}

/**
 * Reads the same thing once at a time. Whoever asks while a read is under way shares the next one with everybody else who
 * does: it begins after they asked, so it shows whatever was written before.
 */
export class SharedReads<T> {
  readonly #reads = new Map<string, Reads<T>>();

  read(key: string, begin: () => Promise<T>): Promise<T> {
    const reads = this.#reads.get(key);
    if (reads === undefined) return this.#begin(key, begin);
    const beginNext = () => this.#begin(key, begin);
    reads.next ??= reads.current.then(beginNext, beginNext);
    return reads.next;
  }

  #begin(key: string, begin: () => Promise<T>): Promise<T> {
    const reads: Reads<T> = { current: begin(), next: null };
    this.#reads.set(key, reads);
    const end = () => {
      if (reads.next === null) this.#reads.delete(key);
    };
    reads.current.then(end, end);
    return reads.current;
  }
}
