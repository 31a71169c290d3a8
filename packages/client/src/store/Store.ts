/** A value that changes over time. `get` returns the same reference until the value changes, as `useSyncExternalStore` needs. */
export interface ReadonlyStore<T> {
  /** The value now. */
  get(): T;
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/** The writable side of a {@link ReadonlyStore}; whoever owns the value keeps it and hands out the readonly type. */
export class Store<T> implements ReadonlyStore<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  get(): T {
    return this.#value;
  }

  /** Replaces the value and tells the listeners, unless it is the same (`Object.is`). */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    // A wrapper per subscription: the same function subscribed twice is called twice and removed one by one.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }
}
