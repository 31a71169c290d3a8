import type { Access, Granted, Installation } from "./Installation.ts";
import type { Ledger } from "./Ledger.ts";

/** The executable proof of one promise of the product. */
export interface Proof {
  promise: string;
  /** The promise in a few words. */
  title: string;
  /** Writes what was tried, and what came of it, into the ledger. */
  carryOut: (installation: Installation, ledger: Ledger) => Promise<void>;
}

/** A proof that needs the same access for all of its parts; without it everything is skipped. */
export function defineProof<K extends keyof Access>(proof: {
  promise: string;
  title: string;
  needs: readonly K[];
  carryOut: (installation: Installation & { access: Granted<K> }, ledger: Ledger) => Promise<void>;
}): Proof {
  const { promise, title, needs, carryOut } = proof;
  return {
    promise,
    title,
    async carryOut({ origin, browser, access }, ledger) {
      if (ledger.hasAccess("everything", needs, access)) await carryOut({ origin, browser, access }, ledger);
    },
  };
}
