import type { Installation } from "./Installation.ts";
import { Ledger } from "./Ledger.ts";
import type { Proof } from "./Proof.ts";

/**
 * Carries out one proof after the other and prints a line per promise and one per part; gives how many were not shown to
 * hold: broken, or with no part that could be checked.
 */
export async function runProofs(
  proofs: readonly Proof[],
  installation: Installation,
  print: (line: string) => void,
): Promise<number> {
  let notShown = 0;
  for (const proof of proofs) {
    const startedMs = Date.now();
    const ledger = new Ledger();
    try {
      await proof.carryOut(installation, ledger);
    } catch (error) {
      ledger.noteFailure("the rest", error);
    }
    if (ledger.verdict === "BROKEN" || ledger.verdict === "not checked") notShown += 1;
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    print(`${proof.promise.padEnd(4)}${ledger.verdict}: ${proof.title} (${seconds} s)`);
    for (const { claim, verdict, evidence } of ledger.parts) print(`    ${verdict.padEnd(8)}${claim}: ${evidence}`);
  }
  return notShown;
}
