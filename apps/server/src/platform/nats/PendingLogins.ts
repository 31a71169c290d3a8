import { networkOf } from "../http/networkOf.ts";

/** Counts the connections of each network that have not logged in yet: they cost something, and nobody answers for them. */
export class PendingLogins {
  readonly #maxPerNetwork: number;
  readonly #counts = new Map<string, number>();

  constructor(maxPerNetwork: number) {
    this.#maxPerNetwork = maxPerNetwork;
  }

  /** Null where the network has too many already; else what to call, once or more, when this one has logged in or is gone. */
  enter(address: string): (() => void) | null {
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count >= this.#maxPerNetwork) return null;
    this.#counts.set(network, count + 1);
    let isPending = true;
    return () => {
      if (!isPending) return;
      isPending = false;
      const left = (this.#counts.get(network) ?? 1) - 1;
      if (left === 0) this.#counts.delete(network);
      else this.#counts.set(network, left);
    };
  }
}
