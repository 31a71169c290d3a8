import type { Logger } from "pino";
import type { KvBucket, KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import { withLoss } from "./EndingSession.ts";
import { wipeSession, type EndSessionOptions } from "./endSession.ts";
import { keysAfterLoss, newestEpoch, type KeyRecord } from "./KeyRecord.ts";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import { isLive, sessionsOf, type RoomRecord } from "./RoomRecord.ts";
import { strand } from "./seats.ts";

interface RestorationOptions extends EndSessionOptions {
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams" | "state">;
  awayMs: number;
  log: Logger;
}

/**
 * Writes the meetings back after NATS has lost them, from what this node remembers. Every node does so, and of each record
 * the newest that any of them knows comes to stand (docs/adr/0012). Rooms come last: a meeting is there when all of it is.
 * What people said is not remembered; the streams are made anew.
 */
export class Restoration {
  readonly #options: RestorationOptions;

  constructor(options: RestorationOptions) {
    this.#options = options;
  }

  /** Does so from now on, whenever it is needed. */
  follow(): void {
    const { state, nats } = this.#options;
    nats.state.onLost(({ remembered }) => (remembered ? this.#restore() : undefined));
    state.rooms.memory.onRevived((entry) => this.#inBackground(this.#endRevived(entry)));
    for (const bucket of [
      state.participants,
      state.keys,
      state.openings,
      state.files,
      state.activity,
      state.successors,
    ]) {
      bucket.memory.onRevived(({ key, revision }) => this.#inBackground(bucket.purge(key, revision)));
    }
  }

  async #restore(): Promise<void> {
    const { state, nats, awayMs, log } = this.#options;
    const { rooms, participants, keys, openings, files, activity, successors } = state;
    const now = Date.now();
    const remembered = rooms.memory.lostEntries();
    const live = new Set(remembered.flatMap(({ value }) => sessionsOf(value)));
    const replaced = new Set(remembered.flatMap(({ value }) => value.predecessors));
    await Promise.all([
      ...lostOf(participants, live).map((entry) => this.#restoreParticipant(entry, now + awayMs)),
      ...lostOf(keys, live).map((entry) =>
        keys.writeBack({ ...entry, value: keysAfterLoss(entry.value, now) }, furtherKeys),
      ),
      ...lostOf(openings, live).map((entry) => openings.writeBack(entry, mine)),
      ...lostOf(files, live).map((entry) => files.writeBack(entry, mine)),
      ...lostOf(activity, live).map((entry) => activity.writeBack(entry, mine)),
      ...lostOf(successors, replaced).map((entry) => successors.writeBack(entry, mine)),
      ...remembered.flatMap(({ value }) => (isRunning(value) ? nats.streams.restore(value.sessionId) : [])),
    ]);
    await Promise.all(remembered.map((entry) => this.#restoreRoom(entry)));
    log.warn({ rooms: remembered.length, sessions: live.size }, "what NATS had lost is written back");
  }

  async #restoreParticipant(entry: KvEntry<ParticipantRecord>, until: number): Promise<void> {
    const { state, nats } = this.#options;
    const value = strand(entry.value, until);
    const { corrected } = await state.participants.writeBack({ ...entry, value }, withTheirConnection);
    // Who connected as another node remembered them connects again, as what they are.
    if (corrected?.socket) await nats.connections.kick(corrected.socket);
  }

  /** Where the room has become another one meanwhile, its session is over, and what was written back of it goes again. */
  async #restoreRoom(entry: KvEntry<RoomRecord>): Promise<void> {
    const { rooms } = this.#options.state;
    // When the bucket was made anew is the same time on every node.
    const value = withLoss(entry.value, rooms.createdAtMs);
    const { stands } = await rooms.writeBack({ ...entry, value }, mine);
    const over = sessionsOf(entry.value).filter((sessionId) => !sessionsOf(stands).includes(sessionId));
    for (const sessionId of over) this.#wipe(sessionId);
  }

  /** Another node was behind and wrote back a room that had ended. */
  async #endRevived({ key, value, revision }: KvEntry<RoomRecord>): Promise<void> {
    if (!(await this.#options.state.rooms.purge(key, revision))) return;
    for (const sessionId of sessionsOf(value)) this.#wipe(sessionId);
  }

  #wipe(sessionId: string): void {
    // Not waited for: it waits itself until the state is there for everybody.
    this.#inBackground(wipeSession(this.#options, sessionId));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#options.log.warn({ err: error }, "something of an ended session is left"));
  }
}

function lostOf<T>({ memory }: KvBucket<T>, sessions: Set<string>): KvEntry<T>[] {
  return memory.lostEntries().filter(({ key }) => sessions.has(key.split(".")[0] ?? ""));
}

/** Whether people are or were in the session. */
function isRunning(room: RoomRecord): boolean {
  return isLive(room) && room.phase.ready;
}

function mine<T>(value: T): T {
  return value;
}

/** What is known of a person, with the connection they have had since, unless they had left. */
function withTheirConnection(known: ParticipantRecord, theirs: ParticipantRecord): ParticipantRecord {
  if (known.presence.state === "left") return known;
  const { seat, socket, pending, resume, presence, membership } = theirs;
  // What they were let in with may not be what they may do.
  return { ...known, seat, socket, granted: null, pending, resume, presence, membership };
}

function furtherKeys(known: KeyRecord, theirs: KeyRecord): KeyRecord {
  return newestEpoch(theirs).epoch > newestEpoch(known).epoch ? theirs : known;
}
