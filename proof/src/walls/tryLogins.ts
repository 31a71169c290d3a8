import { allTogether, probe, type Attackers, type Outcome } from "./attack.ts";
import { logins } from "./connecting.ts";
import { ConnectionGone, RawNats } from "./RawNats.ts";
import type { Scene } from "./Scene.ts";

/** Logs in with every table line's options; where that succeeds, the connection may not more than any other. */
export async function tryLogins(scene: Scene, attackers: Attackers): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, must, options } of logins) {
    const seat = await attackers.seat();
    const target = scene.targetFor(seat);
    const raw = await RawNats.connect(seat.url, options(seat.credentials, target)).catch((error: unknown) => {
      if (error instanceof ConnectionGone) return null;
      throw error;
    });
    const achieved = raw && (must === "be refused" ? "logged in" : ((await probe(raw, target))[0] ?? null));
    outcomes.push({ attempt: name, achieved });
    await raw?.[Symbol.asyncDispose]();
  }
  const problems = await scene.check({ attackers: attackers.ids, maySpeak: false });
  return [...outcomes, allTogether(problems)];
}
