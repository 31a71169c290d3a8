import type { ReadonlyStore } from "../store/Store.ts";

/** Resolves when a store's value satisfies `condition`; throws with the last value after `timeoutMs`. For tests. */
export function until<T>(store: ReadonlyStore<T>, condition: (value: T) => boolean, timeoutMs = 15_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      stop();
      clearTimeout(timer);
      action();
    };
    const look = () => {
      const value = store.get();
      if (condition(value)) settle(() => resolve(value));
    };
    const stop = store.subscribe(look);
    const timer = setTimeout(() => {
      const failure = new Error(`it stayed ${JSON.stringify(store.get())}`);
      settle(() => reject(failure));
    }, timeoutMs);
    look();
  });
}
