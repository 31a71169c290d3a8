import type { Consents, ParticipantEvent, RosterEntry, Snapshot } from "@sotto/protocol";
import type { ServicePresence } from "../services/ServicePresence.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import type { MediaPeer } from "./MediaPeer.ts";
import type { Participant } from "./Participant.ts";
import { PersonEntries } from "./PersonEntries.ts";

/** Who is in the meeting: people, and beside them what records or transcribes them. */
export class ParticipantStore implements ReadonlyStore<readonly Participant[]> {
  readonly #selfId: string;
  readonly #entries = new PersonEntries<RosterEntry>();
  readonly #names = new Map<string, string>();
  readonly #participants = new Store<readonly Participant[]>([]);
  readonly #identities = new Store<ReadonlySet<string>>(new Set());
  readonly #services = new Store<readonly ServicePresence[]>([]);
  readonly #peers = new Store<readonly MediaPeer[]>([]);
  readonly #ownConsents = new Store<Consents>({});

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

  /** Services in the meeting, who came first in front. */
  get services(): ReadonlyStore<readonly ServicePresence[]> {
    return this.#services;
  }

  /** Everybody else who may be at the SFU. */
  get peers(): ReadonlyStore<readonly MediaPeer[]> {
    return this.#peers;
  }

  /** What the server has of our own answers. */
  get ownConsents(): ReadonlyStore<Consents> {
    return this.#ownConsents;
  }

  /** The name last seen for a participant, also after they left; empty for one never seen. */
  nameOf(participantId: string): string {
    return this.#names.get(participantId) ?? "";
  }

  /** To be called before a snapshot is asked for; the returned function takes it. */
  beginSnapshot(): (snapshot: Pick<Snapshot, "participants">) => void {
    const apply = this.#entries.beginSnapshot();
    return ({ participants }) => {
      apply(participants);
      for (const { participantId, name } of participants) this.#names.set(participantId, name);
      this.#publish();
    };
  }

  /** Takes a change of one entry. */
  apply(event: ParticipantEvent): void {
    this.#entries.hear(event);
    if (event.entry) this.#names.set(event.participantId, event.entry.name);
    this.#publish();
  }

  #publish(): void {
    const entries = this.#entries.present;
    const hands = entries.filter(({ hand }) => hand !== null).toSorted(byHand);
    const people = entries.filter(({ service }) => service === null);
    const participants = people.map((entry): Participant => {
      const { participantId, name, role, connection, joinedAt, locks, consents, localRecording } = entry;
      const place = hands.indexOf(entry) + 1;
      const isLocal = participantId === this.#selfId;
      const person = { participantId, name, role, isLocal, connection, joinedAt, hand: place || null, locks };
      return { ...person, consents, localRecording };
    });
    this.#participants.set(participants.toSorted(order));
    const own = entries.find(({ participantId }) => participantId === this.#selfId);
    if (own) setIfOther(this.#ownConsents, own.consents);
    const others = entries.filter((entry) => entry !== own);
    setIfOther(
      this.#peers,
      others.map(({ identity, role, service }) => ({ identity, role, service })),
    );
    const services = entries.flatMap(({ participantId, service, joinedAt }) =>
      service === null ? [] : { participantId, kind: service, joinedAt },
    );
    setIfOther(
      this.#services,
      services.toSorted((a, b) => a.joinedAt - b.joinedAt),
    );
    const known = this.#identities.get();
    const identities = new Set(entries.map(({ identity }) => identity));
    const same = identities.size === known.size && [...identities].every((identity) => known.has(identity));
    if (!same) this.#identities.set(identities);
  }
}

/** Of plain data. */
function setIfOther<T>(store: Store<T>, value: T): void {
  if (JSON.stringify(value) !== JSON.stringify(store.get())) store.set(value);
}

function order(a: Participant, b: Participant): number {
  if (a.isLocal !== b.isLocal) return a.isLocal ? -1 : 1;
  return a.joinedAt - b.joinedAt || (a.participantId < b.participantId ? -1 : 1);
}

function byHand(a: RosterEntry, b: RosterEntry): number {
  return (a.hand ?? 0) - (b.hand ?? 0) || (a.participantId < b.participantId ? -1 : 1);
}
