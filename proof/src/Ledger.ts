import { howToGrant, type Access, type Granted } from "./Installation.ts";

export type Verdict = "holds" | "BROKEN" | "skipped";

/** One thing that was tried. */
export interface Part {
  claim: string;
  verdict: Verdict;
  /** Figures. */
  evidence: string;
}

/** What came of one part. */
export interface Finding {
  holds: boolean;
  evidence: string;
}

/** What one proof has found out. */
export class Ledger {
  readonly parts: Part[] = [];

  /** Notes a part that was carried out. */
  note(claim: string, holds: boolean, evidence: string): void {
    this.parts.push({ claim, verdict: holds ? "holds" : "BROKEN", evidence });
  }

  /** Notes that a measurement can see what it is looking for. If it cannot, the promise counts as broken. */
  noteControl(claim: string, sees: boolean, evidence: string): void {
    this.note(`control: ${claim}`, sees, sees ? evidence : `${evidence}; this proof cannot see what it looks for`);
  }

  /** Carries out a part, or skips it for lack of access. What fails proves nothing, and so counts as broken. */
  async part<K extends keyof Access>(
    claim: string,
    needs: readonly K[],
    access: Partial<Access>,
    carryOut: (access: Granted<K>) => Promise<Finding>,
  ): Promise<void> {
    if (!this.hasAccess(claim, needs, access)) return;
    try {
      const { holds, evidence } = await carryOut(access);
      this.note(claim, holds, evidence);
    } catch (error) {
      this.noteFailure(claim, error);
    }
  }

  noteFailure(claim: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.note(claim, false, `could not be carried out: ${reason}`);
  }

  /** Notes a part for which there is nothing to try here. */
  noteSkipped(claim: string, reason: string): void {
    this.parts.push({ claim, verdict: "skipped", evidence: reason });
  }

  /** Whether there is that access; if not, the part is noted as skipped. */
  hasAccess<K extends keyof Access>(claim: string, needs: readonly K[], access: Partial<Access>): access is Granted<K> {
    const missing = needs.filter((need) => access[need] === undefined);
    if (missing.length === 0) return true;
    this.noteSkipped(claim, `needs ${missing.map((need) => howToGrant[need]).join(" and ")}`);
    return false;
  }

  /** A promise of which nothing could be tried is not said to hold. */
  get verdict(): string {
    const verdicts = this.parts.map(({ verdict }) => verdict);
    if (verdicts.includes("BROKEN")) return "BROKEN";
    if (verdicts.every((verdict) => verdict === "skipped")) return "not checked";
    return verdicts.includes("skipped") ? "holds (partly checked)" : "holds";
  }
}
