import { Store, type ReadonlyStore } from "./Store.ts";

/** A value that the server tells in snapshots and events, which may arrive in any order: the highest revision stays. */
export class NewestStore<T extends { readonly revision: number }> implements ReadonlyStore<T> {
  readonly #value: Store<T>;

  /** `initial`: until there is something newer; a revision of the server's is never below 1. */
  constructor(initial: T) {
    this.#value = new Store(initial);
  }

  get(): T {
    return this.#value.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#value.subscribe(listener);
  }

  /** Takes `value`, unless what is here is as new. */
  offer(value: T): void {
    if (value.revision > this.get().revision) this.#value.set(value);
  }

  /** Changes what is here until there is something newer. */
  amend(change: Partial<Omit<T, "revision">>): void {
    this.#value.set({ ...this.get(), ...change });
  }
}
