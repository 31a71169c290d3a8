import type { ParticipantEvent, RosterEntry, Snapshot } from "@sotto/protocol";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { Participant } from "./Participant.ts";

interface Entry {
  /** Null for somebody who is gone; the revision keeps older news from bringing them back. */
  readonly entry: RosterEntry | null;
  readonly revision: number;
  /** {@link ParticipantStore.beginSnapshot} that was the latest when this was heard. */
  readonly heardAt: number;
}

/**
 * Who is in the meeting: built from snapshots, which may be older than the events that overtook them, and events, which
 * may have been missed. Per participant the highest revision wins.
 */
export class ParticipantStore implements ReadonlyStore<readonly Participant[]> {
  readonly #selfId: string;
  readonly #entries = new Map<string, Entry>();
  readonly #names = new Map<string, string>();
  readonly #participants = new Store<readonly Participant[]>([]);
  readonly #identities = new Store<ReadonlySet<string>>(new Set());
  #snapshots = 0;

  constructor(selfId: string) {
    this.#selfId = selfId;
  }

  get(): readonly Participant[] {
    return this.#participants.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#participants.subscribe(listener);
  }

  /** The media identities of everybody here: the SFU's word for anybody else is not taken. */
  get identities(): ReadonlyStore<ReadonlySet<string>> {
    return this.#identities;
  }

  /** The name last seen for a participant, also after they left; empty for one never seen. */
  nameOf(participantId: string): string {
    return this.#names.get(participantId) ?? "";
  }

  /**
   * To be called before a snapshot is asked for; the returned function takes it. Whoever is not in the snapshot is gone,
   * except those an event told us about in between.
   */
  beginSnapshot(): (snapshot: Pick<Snapshot, "participants">) => void {
    const mark = ++this.#snapshots;
    return ({ participants }) => {
      const present = new Set(participants.map(({ participantId }) => participantId));
      for (const [participantId, { heardAt }] of this.#entries) {
        if (heardAt < mark && !present.has(participantId)) this.#entries.delete(participantId);
      }
      for (const entry of participants) this.#hear(entry.participantId, entry.revision, entry);
      this.#publish();
    };
  }

  /** Takes a change of one entry. */
  apply({ participantId, revision, entry }: ParticipantEvent): void {
    this.#hear(participantId, revision, entry);
    this.#publish();
  }

  #hear(participantId: string, revision: number, entry: RosterEntry | null): void {
    const known = this.#entries.get(participantId);
    const news = !known || revision > known.revision ? { entry, revision } : known;
    this.#entries.set(participantId, { ...news, heardAt: this.#snapshots });
    if (entry) this.#names.set(participantId, entry.name);
  }

  #publish(): void {
    const entries = [...this.#entries.values()].flatMap(({ entry }) => entry ?? []);
    this.#participants.set(entries.map((entry) => this.#toParticipant(entry)).toSorted(order));
    const known = this.#identities.get();
    const identities = new Set(entries.map(({ identity }) => identity));
    const same = identities.size === known.size && [...identities].every((identity) => known.has(identity));
    if (!same) this.#identities.set(identities);
  }

  #toParticipant({ participantId, name, role, connection, joinedAt }: RosterEntry): Participant {
    return { participantId, name, role, connection, joinedAt, isLocal: participantId === this.#selfId };
  }
}

function order(a: Participant, b: Participant): number {
  if (a.isLocal !== b.isLocal) return a.isLocal ? -1 : 1;
  return a.joinedAt - b.joinedAt || (a.participantId < b.participantId ? -1 : 1);
}
