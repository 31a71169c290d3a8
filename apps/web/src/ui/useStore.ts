import type { ReadonlyStore } from "@sotto/client";
import { useSyncExternalStore } from "react";

/** Reads a store of the client SDK and renders again when it changes. */
export function useStore<T>(store: ReadonlyStore<T>): T {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.get(),
  );
}
