import type { WaitingEntry, WaitingEvent } from "@sotto/protocol";
import { PersonEntries } from "../participants/PersonEntries.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";

/** Somebody in the waiting room, as hosts see them. `since`: Unix milliseconds. */
export type WaitingPerson = Readonly<Pick<WaitingEntry, "participantId" | "name" | "since">>;

/** Who waits to be let in, who came first in front. For hosts; to everybody else nobody waits. */
export class WaitingPeople implements ReadonlyStore<readonly WaitingPerson[]> {
  readonly #entries = new PersonEntries<WaitingEntry>();
  readonly #people = new Store<readonly WaitingPerson[]>([]);

  get(): readonly WaitingPerson[] {
    return this.#people.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#people.subscribe(listener);
  }

  /** To be called before a snapshot is asked for; the returned function takes it: null for whoever is no host. */
  beginSnapshot(): (waiting: readonly WaitingEntry[] | null) => void {
    const apply = this.#entries.beginSnapshot();
    return (waiting) => {
      apply(waiting ?? []);
      this.#publish();
    };
  }

  /** Takes a change of one entry. */
  apply(event: WaitingEvent): void {
    this.#entries.hear(event);
    this.#publish();
  }

  #publish(): void {
    const people = this.#entries.present.map(({ participantId, name, since }) => ({ participantId, name, since }));
    this.#people.set(people.toSorted((a, b) => a.since - b.since || (a.participantId < b.participantId ? -1 : 1)));
  }
}
