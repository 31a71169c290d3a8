import type { ParticipantEvent, RosterEntry } from "@sotto/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParticipantStore } from "./ParticipantStore.ts";

function entry(participantId: string, revision: number, change: Partial<RosterEntry> = {}): RosterEntry {
  const identity = `${participantId}.nonce`;
  const base = { participantId, identity, name: participantId.toUpperCase(), role: "participant" as const };
  const person = {
    ...base,
    joinedAt: revision,
    hand: null,
    locks: [],
    service: null,
    consents: {},
    localRecording: null,
  };
  return { ...person, connection: "online", revision, ...change };
}

const came = (...args: Parameters<typeof entry>) => {
  const news = entry(...args);
  return { participantId: news.participantId, revision: news.revision, entry: news };
};
const went = (participantId: string, revision: number) => ({ participantId, revision, entry: null });

describe("ParticipantStore", () => {
  test("lists ourselves first, then by time of joining", () => {
    const store = new ParticipantStore("me");
    store.beginSnapshot()({ participants: [entry("late", 9), entry("me", 5), entry("early", 1)] });
    expect(store.get().map(({ participantId }) => participantId)).toEqual(["me", "early", "late"]);
    expect(store.get()[0]).toMatchObject({ isLocal: true, name: "ME", connection: "online" });
  });

  test("an older revision changes nothing, and does not bring back who is gone", () => {
    const store = new ParticipantStore("me");
    store.apply(came("a", 4, { connection: "away" }));
    store.apply(came("a", 3));
    expect(store.get()).toMatchObject([{ connection: "away" }]);
    store.apply(went("a", 5));
    store.apply(came("a", 4));
    expect(store.get()).toEqual([]);
    expect(store.identities.get().size).toBe(0);
  });

  test("a snapshot drops who is not in it, except who came while it was under way", () => {
    const store = new ParticipantStore("me");
    store.apply(came("gone", 1));
    const apply = store.beginSnapshot();
    store.apply(came("new", 7));
    apply({ participants: [entry("stayed", 2)] });
    expect(store.get().map(({ participantId }) => participantId)).toEqual(["stayed", "new"]);
  });

  test("a snapshot that is older than an event does not undo it", () => {
    const store = new ParticipantStore("me");
    const apply = store.beginSnapshot();
    store.apply(went("a", 8));
    apply({ participants: [entry("a", 6)] });
    expect(store.get()).toEqual([]);
  });

  test("remembers the names of those who left", () => {
    const store = new ParticipantStore("me");
    store.apply(came("a", 1));
    store.apply(went("a", 2));
    expect([store.nameOf("a"), store.nameOf("never")]).toEqual(["A", ""]);
  });

  test("identities keep their reference while nobody comes or goes", () => {
    const store = new ParticipantStore("me");
    store.apply(came("a", 1));
    const before = store.identities.get();
    store.apply(came("a", 2, { connection: "away" }));
    expect(store.identities.get()).toBe(before);
    store.apply(came("a", 3, { identity: "a.other" }));
    expect([...store.identities.get()]).toEqual(["a.other"]);
  });

  test("agrees with the server at the end, whatever is lost while away and however late snapshots and events come", () => {
    const step = fc.tuple(
      fc.constantFrom<Step>(
        "change",
        "change",
        "change",
        "go",
        "go",
        "hear",
        "hear",
        "compute",
        "answer",
        "drop",
        "ask",
      ),
      fc.constantFrom("me", "a", "b"),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const roster = new SimulatedRoster();
        for (const [next, who] of steps) roster.step(next, who);
        roster.settle();
        const seen = roster.store.get().map(({ participantId, joinedAt }) => `${participantId}@${joinedAt}`);
        expect(seen.toSorted()).toEqual(roster.truth());
      }),
      { numRuns: 3_000, seed: 20_261_122 },
    );
  });
});

type Step = "change" | "go" | "hear" | "compute" | "answer" | "drop" | "ask";

/** The server's roster, its events under way in order, and a snapshot that is computed and arrives in its own time. */
class SimulatedRoster {
  readonly store = new ParticipantStore("me");
  readonly #present = new Map<string, RosterEntry>();
  #revision = 0;
  #connected = false;
  #events: ParticipantEvent[] = [];
  #apply: ReturnType<ParticipantStore["beginSnapshot"]> | null = null;
  #snapshot: RosterEntry[] | null = null;

  truth(): string[] {
    return [...this.#present.values()].map(({ participantId, joinedAt }) => `${participantId}@${joinedAt}`).toSorted();
  }

  step(step: Step, who: string): void {
    if (step === "change" || step === "go") this.#change(who, step === "go");
    if (step === "hear") this.#hear();
    if (step === "compute" && this.#apply) this.#snapshot = [...this.#present.values()];
    if (step === "answer") this.#answer();
    if (step === "ask" && !this.#connected) this.#ask();
    if (step === "drop") {
      this.#connected = false;
      this.#events = [];
      this.#apply = null;
    }
  }

  /** The connection holds from now on. No snapshot is asked for that a client would not ask for. */
  settle(): void {
    if (!this.#connected) this.#ask();
    this.#snapshot ??= [...this.#present.values()];
    this.#answer();
    while (this.#events.length > 0) this.#hear();
  }

  #change(who: string, gone: boolean): void {
    this.#revision += 1;
    if (gone && !this.#present.delete(who)) return;
    if (!gone) this.#present.set(who, entry(who, this.#revision));
    if (this.#connected) this.#events.push(gone ? went(who, this.#revision) : came(who, this.#revision));
  }

  #hear(): void {
    const event = this.#events.shift();
    if (event) this.store.apply(event);
  }

  #ask(): void {
    this.#connected = true;
    this.#snapshot = null;
    this.#apply = this.store.beginSnapshot();
  }

  #answer(): void {
    if (!this.#snapshot || !this.#apply) return;
    this.#apply({ participants: this.#snapshot });
    this.#apply = null;
  }
}
