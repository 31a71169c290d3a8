import { setTimeout as delay } from "node:timers/promises";
import { e2eeModelOf, type EndReason } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { endingSessions } from "./EndingSession.ts";
import { concludeSession, leftoversOf, wipeSession, type ConcludeSessionOptions } from "./endSession.ts";
import type { Epochs } from "./Epochs.ts";
import type { KeyRecord } from "./KeyRecord.ts";
import { isLive, roomStateOf, sessionsOf, type LiveRoom, type RoomRecord } from "./RoomRecord.ts";
import { noRuns } from "./ServiceRun.ts";
import { newSessionId } from "./tokens.ts";

interface SessionsOptions extends ConcludeSessionOptions {
  epochs: Epochs;
}

/** What an integrator or a guest decides about a room. */
export type RoomSettings = Omit<
  RoomRecord,
  | "sessionId"
  | "createdAt"
  | "lockTurns"
  | "spotlight"
  | "waitingRoom"
  | "services"
  | "servicesUsed"
  | "autoStarted"
  | "banned"
  | "hasHost"
  | "phase"
  | "emptySince"
  | "predecessors"
  | "retiring"
  | "losses"
>;

const endingPollMs = 50;
/** How long the creation of a room waits for the end of the room's previous session. */
const endingWaitMs = 8_000;
/** After this time an end that is not finished is taken over by another node. */
export const endClaimMs = 20_000;

/** The life of rooms and their sessions: opened, started by the first join, ended and verified. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #log: Logger;
  readonly #ends = new Set<Promise<void>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** Opens a room; one that is open under this id already is given as it is. */
  async openRoom(settings: RoomSettings): Promise<{ room: RoomRecord; created: boolean }> {
    const { rooms } = this.#options.state;
    const deadline = Date.now() + endingWaitMs;
    const room: RoomRecord = {
      ...settings,
      sessionId: newSessionId(),
      createdAt: Date.now(),
      lockTurns: {},
      spotlight: null,
      waitingRoom: settings.features.waiting_room_features.is_active,
      services: noRuns,
      servicesUsed: [],
      autoStarted: false,
      banned: [],
      hasHost: false,
      phase: { name: "open" },
      emptySince: null,
      predecessors: [],
      retiring: null,
      losses: [],
    };
    do {
      // Of a room that this node knows of there is nothing to make: that saves an attempt.
      const isKnown = rooms.memory.get(room.roomId) !== undefined;
      if (!isKnown && (await rooms.create(room.roomId, room)) !== null) {
        await this.#options.events.emit({ name: "roomCreated", room });
        return { room, created: true };
      }
      const existing = await rooms.get(room.roomId);
      if (existing !== null && existing.value.phase.name !== "ending") return { room: existing.value, created: false };
      if (existing === null) rooms.memory.forget(room.roomId);
      else await delay(endingPollMs);
    } while (Date.now() < deadline);
    throw AppError.unavailable(new Error("the room's previous session is still being ended"));
  }

  /** The room, unless it is over. */
  async room(roomId: string): Promise<RoomRecord | null> {
    const entry = await this.#options.state.rooms.get(roomId);
    return entry === null || entry.value.phase.name === "ending" ? null : entry.value;
  }

  /**
   * The room as this node knows it where its session is known to run, perhaps a moment late; else as it is. For what is begun
   * at once and decided by {@link confirmLive}. Not where a passphrase opens the session: who may do that is decided by the
   * room alone.
   */
  async roomAsKnown(roomId: string): Promise<RoomRecord | null> {
    const room = this.#options.state.rooms.memory.get(roomId)?.value;
    const isKnown = room !== undefined && isLive(room) && room.phase.ready;
    return isKnown && e2eeModelOf(room.features) !== "passphrase" ? room : this.room(roomId);
  }

  /** A host of the room exists: from now on nobody else opens its sessions. Gives the room as it now stands. */
  async noteHost(room: RoomRecord): Promise<RoomRecord> {
    if (room.hasHost || e2eeModelOf(room.features) !== "passphrase") return room;
    const noted = await this.#options.state.rooms.mutate(room.roomId, (record) =>
      record.hasHost || record.phase.name === "ending" ? record : { ...record, hasHost: true },
    );
    if (noted === null) throw AppError.roomNotFound();
    return noted.value;
  }

  async activeRooms(): Promise<RoomRecord[]> {
    const entries = await this.#options.state.rooms.entries("");
    return entries.flatMap(({ value }) => (value.phase.name === "ending" ? [] : [value]));
  }

  /**
   * Makes the session of an open room. Any number of first joins on any number of nodes may do so at once: every step
   * either makes what is missing or finds what another one made.
   */
  async start(room: RoomRecord): Promise<{ keys: KeyRecord | null }> {
    const { state, nats, sfu, epochs } = this.#options;
    const { sessionId, roomId } = room;
    const started = await state.rooms.mutate(roomId, (record) =>
      record.sessionId === sessionId && record.phase.name === "open"
        ? { ...record, phase: { name: "live", startedAt: Date.now(), ready: false } }
        : record,
    );
    if (started?.value.sessionId !== sessionId || !isLive(started.value)) throw AppError.sessionEnded();
    const [keys] = await Promise.all([epochs.open(room), nats.streams.create(sessionId), sfu.createRoom(sessionId)]);
    return { keys };
  }

  /**
   * The last step of a join, after everything of it was written: says that the session is alive, which an end that
   * started meanwhile contradicts. Either this sees the end, or the end sees what the join wrote.
   */
  async confirmLive({ roomId, sessionId }: RoomRecord): Promise<LiveRoom> {
    const { events, state } = this.#options;
    let started = false;
    const entry = await state.rooms.mutate(roomId, (record) => {
      started = record.sessionId === sessionId && isLive(record) && !record.phase.ready;
      return started && isLive(record) ? { ...record, phase: { ...record.phase, ready: true } } : record;
    });
    if (entry?.value.sessionId !== sessionId || !isLive(entry.value)) throw AppError.sessionEnded();
    if (started) await events.emit({ name: "sessionStarted", room: entry.value });
    return entry.value;
  }

  /**
   * Changes what is decided for everybody in a running session, and tells them. Gives the room as it now stands, null
   * where the session is over.
   */
  async changeRoom(
    { roomId, sessionId }: Pick<RoomRecord, "roomId" | "sessionId">,
    change: (room: RoomRecord) => RoomRecord,
  ): Promise<RoomRecord | null> {
    const { state, nats } = this.#options;
    let changed = false;
    const entry = await state.rooms.mutate(roomId, (record) => {
      const next = record.sessionId === sessionId && isLive(record) ? change(record) : record;
      changed = next !== record;
      return next;
    });
    if (entry?.value.sessionId !== sessionId || !isLive(entry.value)) return null;
    if (changed) nats.bus.broadcast(sessionId, "room", roomStateOf(entry.value, entry.revision));
    return entry.value;
  }

  /** The sequence of the session's newest message. */
  lastSequence({ sessionId }: RoomRecord): Promise<number> {
    return this.#options.nats.streams.lastSequence(sessionId);
  }

  /** Removes what a join made in a session that ended meanwhile. */
  async undoStart({ sessionId }: RoomRecord): Promise<void> {
    const leftovers = leftoversOf(await wipeSession(this.#options, sessionId));
    if (leftovers.length > 0) this.#log.error({ sessionId, leftovers }, "a late join left something behind");
  }

  /** Whether the session is over, and what it held is being wiped or was not wiped yet. */
  async isEnding(roomId: string, sessionId: string): Promise<boolean> {
    const entry = await this.#options.state.rooms.get(roomId);
    return entry !== null && endingSessions(entry.value).some((each) => each.sessionId === sessionId);
  }

  /** Ends the room's session and resolves when the end was verified. `false` where there is nothing to end. */
  async end(roomId: string, reason: EndReason): Promise<boolean> {
    const finished = await this.beginEnd(roomId, reason);
    await finished?.done;
    return finished !== null;
  }

  /** Claims the end, after which nobody joins any more, and goes on with it in the background. */
  async beginEnd(roomId: string, reason: EndReason): Promise<{ done: Promise<void> } | null> {
    let claimed = false;
    const entry = await this.#options.state.rooms.mutate(roomId, (record) => {
      claimed = record.phase.name !== "ending";
      return claimed ? ending(record, reason) : record;
    });
    return entry !== null && claimed ? { done: this.track(this.#finishEnd(entry)) } : null;
  }

  /** Goes on with an end whose claimant has died. */
  async resumeEnd({ key }: KvEntry<RoomRecord>, now: number): Promise<void> {
    const { rooms } = this.#options.state;
    const entry = await rooms.get(key);
    if (entry === null || entry.value.phase.name !== "ending" || entry.value.phase.claimedAt + endClaimMs > now) return;
    const value = { ...entry.value, phase: { ...entry.value.phase, claimedAt: now } };
    const revision = await rooms.update(key, value, entry.revision);
    if (revision !== null) await this.track(this.#finishEnd({ key, value, revision }));
  }

  /** Ends every session: the engines that hold them are about to stop. */
  async endAll(reason: EndReason): Promise<void> {
    await Promise.all((await this.activeRooms()).map(({ roomId }) => this.end(roomId, reason)));
  }

  /** Makes the media rooms of the living sessions that are missing: livekit-server came back without them. */
  async restoreMediaRooms(): Promise<void> {
    const { sfu } = this.#options;
    const made = new Set(await sfu.rooms());
    const missing = (await this.activeRooms()).filter(
      (room) => isLive(room) && room.phase.ready && !made.has(room.sessionId),
    );
    await Promise.all(missing.map((room) => this.ensureMediaRoom(room)));
  }

  /** Makes the media room of a living session where it is missing. Throws `session_ended` where the session is over. */
  async ensureMediaRoom(room: RoomRecord): Promise<void> {
    const { sfu } = this.#options;
    await sfu.createRoom(room.sessionId);
    // Either this sees an end that began meanwhile, or that end sees the media room.
    await this.confirmLive(room).catch(async (error: unknown) => {
      await sfu.deleteRoom(room.sessionId);
      throw error;
    });
  }

  /** Closes the media rooms that belong to no session. */
  async deleteStrayMediaRooms(): Promise<void> {
    const { sfu } = this.#options;
    const made = await sfu.rooms();
    const live = new Set((await this.activeRooms()).flatMap(sessionsOf));
    await Promise.all(made.filter((name) => !live.has(name)).map((name) => sfu.deleteRoom(name)));
  }

  /** Resolves when the ends that this node works on are finished. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#ends);
  }

  /** Work that ends a session and that a node finishes before it stops. */
  track(end: Promise<void>): Promise<void> {
    const tracked = end
      .catch((error: unknown) => this.#log.error({ err: error }, "a session's end failed; another attempt follows"))
      .finally(() => this.#ends.delete(tracked));
    this.#ends.add(tracked);
    return tracked;
  }

  async #finishEnd({ value: room }: KvEntry<RoomRecord>): Promise<void> {
    const { events, state } = this.#options;
    const { rooms, successors } = state;
    const { sessionId, roomId, predecessors } = room;
    const gone = await Promise.all(endingSessions(room).map((each) => concludeSession(this.#options, room, each)));
    if (gone.includes(false)) return;
    if (room.phase.name === "ending" && room.phase.startedAt === null) {
      const { reason } = room.phase;
      await events.emit({ name: "sessionEnded", room, reason });
      await events.emit({ name: "sessionWiped", room, reason });
    }
    await Promise.all(predecessors.map((predecessor) => successors.purgePrefix(predecessor)));
    const now = await rooms.get(roomId);
    if (now?.value.sessionId === sessionId) await rooms.purge(roomId, now.revision);
  }
}

function ending(record: RoomRecord, reason: EndReason): RoomRecord {
  const startedAt = isLive(record) ? record.phase.startedAt : null;
  const now = Date.now();
  return { ...record, phase: { name: "ending", startedAt, reason, endedAt: now, claimedAt: now, stock: null } };
}
