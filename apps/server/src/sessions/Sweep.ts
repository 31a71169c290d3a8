import type { Logger } from "pino";
import type { Analytics } from "../analytics/Analytics.ts";
import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import type { Jobs } from "../platform/jobs/Jobs.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Epochs } from "./Epochs.ts";
import type { KeyRecord } from "./KeyRecord.ts";
import { followLocks } from "./locks.ts";
import type { Receipts } from "../receipts/Receipts.ts";
import { isPresent, type ParticipantRecord, type Socket } from "./ParticipantRecord.ts";
import type { Participants } from "./Participants.ts";
import type { Recordings } from "../recordings/Recordings.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { Restarts } from "./Restarts.ts";
import { forgetEnded } from "./forgetEnded.ts";
import { sweepBlobs } from "./sweepBlobs.ts";
import type { Services } from "./Services.ts";
import { endClaimMs, type Sessions } from "./Sessions.ts";
import { isOutdated, type Standings } from "./Standings.ts";
import type { State } from "./State.ts";

interface SweepOptions {
  state: State;
  sessions: Sessions;
  restarts: Restarts;
  participants: Participants;
  standings: Standings;
  epochs: Epochs;
  services: Services;
  connections: Pick<NatsPlatform["connections"], "list">;
  blobs: BlobStore;
  receipts: Receipts;
  jobs: Jobs;
  recordings: Recordings;
  analytics: Pick<Analytics, "purge">;
  intervalMs: number;
  reconcileMs: number;
  log: Logger;
}

/** A room that nobody has joined yet lives at least as long as a join token for it. */
const minOpenMs = 11 * 60_000;

/**
 * Acts on deadlines. They are data in the KV, every node looks at all of them, and whoever wins a compare-and-set acts:
 * a deadline survives the node that set it.
 */
export class Sweep implements AsyncDisposable {
  readonly #options: SweepOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Revisions of people who were connected with other rights than theirs when this node last looked. */
  #outdated = new Map<string, number>();
  /** Revisions of people who were online without a connection when this node last looked. */
  #suspects = new Map<string, number>();
  #reconcileAt = Date.now();

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#round().then(() => {
        if (!this.#abort.signal.aborted) this.#schedule();
      });
    }, this.#options.intervalMs);
  }

  async #round(): Promise<void> {
    const now = Date.now();
    await this.#sweep(now);
    if (now < this.#reconcileAt) return;
    this.#reconcileAt = now + this.#options.reconcileMs;
    await this.#reconcile().catch((error: unknown) =>
      this.#options.log.warn({ err: error }, "the list of connections could not be looked at"),
    );
    const { analytics, blobs, sessions, state, receipts, recordings, log } = this.#options;
    await forgetEnded(state).catch((error: unknown) =>
      log.warn({ err: error }, "what is remembered of ended sessions could not be looked through"),
    );
    await sessions
      .restoreMediaRooms()
      .catch((error: unknown) => log.warn({ err: error }, "the media rooms could not be looked at"));
    await sweepBlobs(blobs, state).catch((error: unknown) =>
      log.warn({ err: error }, "the files of ended sessions could not be looked for"),
    );
    await receipts.purge().catch((error: unknown) => log.warn({ err: error }, "old receipts could not be deleted"));
    await recordings.purge().catch((error: unknown) => log.warn({ err: error }, "old recordings could not be deleted"));
    await analytics.purge().catch((error: unknown) => log.warn({ err: error }, "old statistics could not be deleted"));
  }

  async #sweep(now: number): Promise<void> {
    const { state, jobs } = this.#options;
    const rooms = state.rooms.memory.values();
    const people = state.participants.memory.values();
    const present = new Set(people.filter(isPersonPresent).map(({ value }) => value.sessionId));
    const work = [
      ...people.map((person) => this.#sweepParticipant(person, now)),
      ...rooms.map((room) => this.#sweepRoom(room, present.has(room.value.sessionId), now)),
      ...state.keys.memory.values().map((keys) => this.#sweepKeys(keys, now)),
      ...this.#sweepRights(people, rooms),
      ...this.#sweepJobs(rooms),
      jobs.sweep(now),
      ...this.#sweepServices(people, rooms, now),
    ];
    for (const result of await Promise.allSettled(work)) {
      if (result.status === "rejected")
        this.#options.log.warn({ err: result.reason }, "a deadline could not be met; it is tried again");
    }
  }

  async #sweepParticipant(person: KvEntry<ParticipantRecord>, now: number): Promise<void> {
    const { participants, state } = this.#options;
    if (!(await participants.expire(person, now))) state.participants.memory.forget(person.key);
  }

  /** A change of rights that another node began and did not finish, in the time it should have taken. */
  #sweepRights(people: KvEntry<ParticipantRecord>[], rooms: KvEntry<RoomRecord>[]): Promise<unknown>[] {
    const bySession = new Map(rooms.map(({ value }) => [value.sessionId, value]));
    const work: Promise<unknown>[] = [];
    const before = this.#outdated;
    this.#outdated = new Map();
    for (const { key, value, revision } of people) {
      const room = bySession.get(value.sessionId);
      if (!room || value.presence.state !== "online" || !isOutdated(value, room)) continue;
      this.#outdated.set(key, revision);
      if (before.get(key) !== revision) continue;
      work.push(this.#options.standings.change(value, (record) => followLocks(record, room)));
    }
    return work;
  }

  /** What is done in a session comes to its end with it. The memory may be behind, so the store is asked too. */
  #sweepJobs(rooms: KvEntry<RoomRecord>[]): Promise<unknown>[] {
    const { state, jobs } = this.#options;
    const isRunning = ({ phase }: RoomRecord) => phase.name !== "ending";
    const running = new Set(rooms.flatMap(({ value }) => (isRunning(value) ? [value.sessionId] : [])));
    const orphans = state.jobs.memory.values().filter(({ value }) => !value.stopping && !running.has(value.sessionId));
    return orphans.map(async ({ key, value: { roomId, sessionId } }) => {
      const room = await state.rooms.get(roomId);
      if (room === null || room.value.sessionId !== sessionId || !isRunning(room.value)) await jobs.stop(key);
    });
  }

  #sweepServices(people: KvEntry<ParticipantRecord>[], rooms: KvEntry<RoomRecord>[], now: number): Promise<void>[] {
    const bySession = Map.groupBy(people, ({ value }) => value.sessionId);
    return rooms.map((room) => {
      const its = bySession.get(room.value.sessionId) ?? [];
      return this.#options.services.attend(
        room,
        its.map(({ value }) => value),
        now,
      );
    });
  }

  async #sweepKeys(keys: KvEntry<KeyRecord>, now: number): Promise<void> {
    const { epochs, state } = this.#options;
    if (!(await epochs.attend(keys, now))) state.keys.memory.forget(keys.key);
  }

  async #sweepRoom(entry: KvEntry<RoomRecord>, occupied: boolean, now: number): Promise<void> {
    const { sessions, restarts } = this.#options;
    const { roomId, phase, createdAt, emptyTimeoutMs, emptySince, features, retiring } = entry.value;
    if (phase.name === "ending") {
      if (phase.claimedAt + endClaimMs <= now) await sessions.resumeEnd(entry, now);
      return;
    }
    if (phase.name === "open") {
      if (createdAt + Math.max(emptyTimeoutMs, minOpenMs) <= now) await sessions.end(roomId, "empty");
      return;
    }
    if (retiring !== null && retiring.claimedAt + endClaimMs <= now) await restarts.resumeRetiring(entry, now);
    const durationMs = features.room_duration * 60_000;
    if (durationMs > 0 && phase.startedAt + durationMs <= now) {
      await sessions.end(roomId, "duration_over");
    } else if (emptySince === null && !occupied) {
      await this.#markEmpty(entry, now);
    } else if (emptySince !== null && occupied) {
      await this.#markEmpty(entry, null);
    } else if (emptySince !== null && emptySince + emptyTimeoutMs <= now) {
      await this.#endEmpty(entry);
    }
  }

  async #markEmpty({ key, value, revision }: KvEntry<RoomRecord>, emptySince: number | null): Promise<void> {
    await this.#options.state.rooms.update(key, { ...value, emptySince }, revision);
  }

  /** The memory may be behind: nobody is thrown out because of what it says. */
  async #endEmpty(entry: KvEntry<RoomRecord>): Promise<void> {
    const { state, sessions } = this.#options;
    const people = await state.participants.entries(entry.value.sessionId);
    if (people.some(isPersonPresent)) await this.#markEmpty(entry, null);
    else await sessions.end(entry.value.roomId, "empty");
  }

  /**
   * Finds people whose connection ended while no node was there to hear of it. Only those without a connection twice in
   * a row, and unchanged in between: a connection is registered a moment before it is there.
   */
  async #reconcile(): Promise<void> {
    const { connections, participants, state } = this.#options;
    const online = state.participants.memory.values().filter(({ value }) => value.presence.state === "online");
    if (online.length === 0) return;
    const connected = new Set((await connections.list()).map(socketName));
    const lost = online.filter(({ value }) => value.socket === null || !connected.has(socketName(value.socket)));
    const before = this.#suspects;
    this.#suspects = new Map(lost.map(({ key, revision }) => [key, revision]));
    for (const { key, revision, value } of lost) {
      const { sessionId: sid, participantId: pid, socket } = value;
      if (before.get(key) === revision && socket !== null) await participants.disconnected({ sid, pid, ...socket });
    }
  }
}

function socketName({ serverId, clientId }: Socket): string {
  return `${serverId} ${clientId}`;
}

/** A session in which only a service is left is empty. */
function isPersonPresent({ value }: KvEntry<ParticipantRecord>): boolean {
  return value.service === null && isPresent(value);
}
