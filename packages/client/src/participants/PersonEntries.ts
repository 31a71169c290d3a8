/** What the server says of one person; `revision` grows with every change. */
export interface PersonEntry {
  readonly participantId: string;
  readonly revision: number;
}

interface Known<Entry> {
  /** Null for somebody who is gone; the revision keeps older news from bringing them back. */
  readonly entry: Entry | null;
  readonly revision: number;
  /** {@link PersonEntries.beginSnapshot} that was the latest when this was heard. */
  readonly heardAt: number;
}

/**
 * A list of people, built from snapshots, which may be older than the events that overtook them, and events, which may
 * have been missed. Per person the highest revision wins.
 */
export class PersonEntries<Entry extends PersonEntry> {
  readonly #known = new Map<string, Known<Entry>>();
  #snapshots = 0;

  /** Everybody who is there, in no particular order. */
  get present(): Entry[] {
    return [...this.#known.values()].flatMap(({ entry }) => entry ?? []);
  }

  /**
   * To be called before a snapshot is asked for; the returned function takes it. Whoever is not in the snapshot is gone,
   * except those an event told us about in between.
   */
  beginSnapshot(): (entries: readonly Entry[]) => void {
    const mark = ++this.#snapshots;
    return (entries) => {
      const present = new Set(entries.map(({ participantId }) => participantId));
      for (const [participantId, { heardAt }] of this.#known) {
        if (heardAt < mark && !present.has(participantId)) this.#known.delete(participantId);
      }
      for (const entry of entries) this.hear({ ...entry, entry });
    };
  }

  /** Takes a change of one entry; `entry: null` for somebody who is gone. */
  hear({ participantId, revision, entry }: PersonEntry & { readonly entry: Entry | null }): void {
    const known = this.#known.get(participantId);
    const news = !known || revision > known.revision ? { entry, revision } : known;
    this.#known.set(participantId, { ...news, heardAt: this.#snapshots });
  }
}
