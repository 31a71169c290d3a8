import { isDeepStrictEqual } from "node:util";
import type { DismissedEvent, Permissions, RosterEntry } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import { BoundedMap } from "../platform/BoundedMap.ts";
import { Budgets } from "../platform/nats/Budgets.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Sfu } from "../platform/sfu/Sfu.ts";
import type { Attendance } from "./Attendance.ts";
import type { Epochs } from "./Epochs.ts";
import { newestEpoch } from "./KeyRecord.ts";
import { followLocks } from "./locks.ts";
import { depart, enter, isStaying } from "./membership.ts";
import {
  identitiesOf,
  participantKey,
  rosterEntryOf,
  type ParticipantRecord,
  type Socket,
} from "./ParticipantRecord.ts";
import { permissionsIn } from "./person.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { RosterNews } from "./RosterNews.ts";
import { closePage, expire, forgetPerson, loseSocket, resumableAfterOpening, takeSeat } from "./seats.ts";
import type { LeaveReason } from "./SessionEvents.ts";
import type { Sessions } from "./Sessions.ts";
import { isOutdated, kickDelayMs, type Standings } from "./Standings.ts";
import type { State } from "./State.ts";

interface ParticipantsOptions {
  state: State;
  sessions: Sessions;
  epochs: Epochs;
  standings: Standings;
  attendance: Attendance;
  news: RosterNews;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  sfu: Sfu;
  awayMs: number;
  closedMs: number;
  log: Logger;
}

/** What NATS needs to know about a connection. */
export interface Authorization {
  inboxPrefix: string;
  permissions: Permissions;
}

const maxAttempts = 20;
const maxRoomIds = 10_000;
/** Of one person. Everybody in the session hears of each connection. */
const connectBudget = { perSecond: 2, burst: 30 };

/** The people of the sessions: who may connect, who is there, who is expected back. */
export class Participants {
  readonly #state: State;
  readonly #sessions: Sessions;
  readonly #epochs: Epochs;
  readonly #standings: Standings;
  readonly #attendance: Attendance;
  readonly #news: RosterNews;
  readonly #nats: ParticipantsOptions["nats"];
  readonly #sfu: Sfu;
  readonly #awayMs: number;
  readonly #closedMs: number;
  readonly #log: Logger;
  readonly #connects = new Budgets(connectBudget);
  readonly #roomIds = new BoundedMap<string, string>(maxRoomIds);

  constructor(options: ParticipantsOptions) {
    const { state, sessions, epochs, standings, attendance, news, nats, sfu, awayMs, closedMs, log } = options;
    this.#state = state;
    this.#sessions = sessions;
    this.#epochs = epochs;
    this.#standings = standings;
    this.#attendance = attendance;
    this.#news = news;
    this.#nats = nats;
    this.#sfu = sfu;
    this.#awayMs = awayMs;
    this.#closedMs = closedMs;
    this.#log = log;
  }

  /**
   * Whether somebody with this connection secret may connect, and as what. The connection is registered before the
   * answer is given: a change of what they may do finds it and kicks it. One that came before that is found here, by
   * looking at the room again.
   */
  async authorize(sid: string, pid: string, secret: string, socket: Socket): Promise<Authorization | null> {
    const key = participantKey(sid, pid);
    const { serverId, clientId } = socket;
    const replaced: ParticipantRecord[] = [];
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const entry = await this.#state.participants.get(key);
      const seated = entry && takeSeat(entry.value, secret, { serverId, clientId });
      const room = entry && (await this.#standings.liveRoom(entry.value));
      if (!entry || !seated?.seat || !room) return null;
      if (attempt === 0 && !this.#connects.take(key)) return null;
      const stay = seated.waiting || isStaying(seated.membership) ? seated : await this.#comeBack(seated, room);
      const granted = permissionsIn(room, stay);
      const next = { ...followLocks(stay, room), granted };
      const revision = await this.#state.participants.update(key, next, entry.revision);
      if (revision === null) continue;
      this.#attendance.connected(entry.value, next, room);
      if (!isDeepStrictEqual(entry.value.socket, next.socket)) replaced.push(entry.value);
      const now = await this.#standings.liveRoom(next);
      if (now === null) return null;
      if (isOutdated(next, now)) continue;
      for (const before of replaced) await this.#replace(before, next);
      this.#news.tell(next, revision);
      return { inboxPrefix: seated.seat.inboxPrefix, permissions: granted };
    }
    throw AppError.unavailable();
  }

  /** Who calls, while they are connected. */
  async lookup(sid: string, pid: string): Promise<Authorization | null> {
    // Which room a session is of never changes; once that is known, both are asked for at the same time.
    const roomId = this.#roomIds.get(sid);
    const [entry, known] = await Promise.all([
      this.#state.participants.get(participantKey(sid, pid)),
      roomId === undefined ? null : this.#standings.liveRoom({ roomId, sessionId: sid }),
    ]);
    if (!entry?.value.seat || entry.value.presence.state === "left") return null;
    if (roomId === undefined) this.#roomIds.set(sid, entry.value.roomId);
    const room = roomId === undefined ? await this.#standings.liveRoom(entry.value) : known;
    if (room === null) return null;
    return { inboxPrefix: entry.value.seat.inboxPrefix, permissions: permissionsIn(room, entry.value) };
  }

  async find(sid: string, pid: string): Promise<ParticipantRecord | null> {
    const entry = await this.#state.participants.get(participantKey(sid, pid));
    return entry?.value ?? null;
  }

  async roster(sid: string): Promise<RosterEntry[]> {
    const entries = await this.#state.participants.entries(sid);
    return entries.flatMap(({ value, revision }) => rosterEntryOf(value, revision) ?? []);
  }

  /** nats-server closed a connection. */
  async disconnected({ sid, pid, ...socket }: Socket & { sid: string; pid: string }): Promise<void> {
    const entry = await this.#change(participantKey(sid, pid), (record) =>
      loseSocket(record, socket, Date.now() + this.#awayMs),
    );
    // Whoever was kicked because of new rights is back in a moment.
    if (entry?.value.granted) this.#news.tell(entry.value, entry.revision);
  }

  /** The page with this nonce was closed, or is being reloaded. */
  async pageClosed(sid: string, pid: string, senderNonce: string): Promise<void> {
    const until = Date.now() + Math.min(this.#closedMs, this.#awayMs);
    await this.#change(participantKey(sid, pid), (record) => closePage(record, senderNonce, until));
  }

  /** The participant leaves for good: no resume token, no secret and no media connection of theirs works any more. */
  async leave(sid: string, pid: string): Promise<void> {
    const left = await this.#forget(sid, pid, "left", () => true);
    if (left !== null) await this.#disconnect(left, kickDelayMs);
  }

  /**
   * Puts somebody out, as {@link leave}, and tells them why. `false` where there is nobody of whom `condition` holds any
   * more.
   */
  async remove(
    sid: string,
    pid: string,
    { reason }: DismissedEvent,
    condition: (record: ParticipantRecord) => boolean,
  ): Promise<boolean> {
    const left = await this.#forget(sid, pid, "removed", condition);
    if (left === null) return false;
    this.#nats.bus.sendTo(sid, pid, "dismissed", { reason });
    await this.#nats.bus.flush();
    await this.#disconnect(left, 0);
    return true;
  }

  /** Acts on the deadlines of one participant that have passed. */
  async expire({ key, value }: KvEntry<ParticipantRecord>, now: number): Promise<boolean> {
    if (expire(value, now) === value) return true;
    const entry = await this.#state.participants.get(key);
    if (entry === null) return false;
    const expired = expire(entry.value, now) ?? (await this.#putOff(entry.value, now));
    if (expired === entry.value) return true;
    const { sessionId } = entry.value;
    const isGone = expired?.presence.state !== entry.value.presence.state;
    const isLoss = isGone && !entry.value.waiting;
    // What begins from here on is not theirs any more.
    const keys = isLoss ? await this.#epochs.find(sessionId) : null;
    if (isLoss) await this.#epochs.renewSoon(sessionId);
    if (expired === null) {
      if (!(await this.#state.participants.purge(key, entry.revision))) return true;
      if (isLoss) await this.#epochs.renewSoon(sessionId);
      await this.#removeMedia(entry.value);
      return true;
    }
    const membership = keys ? depart(expired.membership, newestEpoch(keys).epoch) : expired.membership;
    const next = { ...expired, membership };
    const revision = await this.#state.participants.update(key, next, entry.revision);
    if (revision === null) return true;
    if (isLoss) await this.#epochs.renewSoon(sessionId);
    if (isGone) {
      this.#attendance.gone(entry.value, "gone");
      await this.#nats.streams.stopDeliveries(next.sessionId, next.participantId);
      if (next.seat !== null) this.#news.tell(next, revision);
      await this.#leaveSpotlight(next);
    }
    const kept = next.presence.state === "gone" ? [] : identitiesOf(next);
    await this.#removeMedia(entry.value, kept);
    return true;
  }

  /**
   * What is to become of somebody who would be removed without having connected: they stay where their session was not
   * opened yet, or so lately that they had no time to come back; null where not.
   */
  async #putOff(record: ParticipantRecord, now: number): Promise<ParticipantRecord | null> {
    if (record.resumableUntil === null) return null;
    const opening = await this.#state.openings.get(record.sessionId);
    return expire({ ...record, resumableUntil: resumableAfterOpening(opening?.value.openedAt ?? null, now) }, now);
  }

  /** Somebody who was given up connects all the same: a new stay, with the epochs from now on. */
  async #comeBack(record: ParticipantRecord, room: RoomRecord): Promise<ParticipantRecord> {
    const keys = await this.#epochs.forEntrant(room);
    return keys === null ? record : { ...record, membership: enter(record.membership, newestEpoch(keys).epoch) };
  }

  /** A newer connection took over: the older page is told and closed, and its media connection with it. */
  async #replace(before: ParticipantRecord, after: ParticipantRecord): Promise<void> {
    const { sessionId, participantId, socket } = before;
    const otherPage = before.seat !== null && before.seat.secretHash !== after.seat?.secretHash;
    if (socket !== null) {
      if (otherPage) {
        this.#nats.bus.sendTo(sessionId, participantId, "dismissed", { reason: "replaced" });
        await this.#nats.bus.flush();
      }
      this.#inBackground(this.#nats.connections.kick(socket));
    }
    if (otherPage) this.#inBackground(this.#removeMedia(before, identitiesOf(after)));
    // Their media connection may be one that a change of rights did not reach any more.
    const hadChanged = before.seat !== null && !isDeepStrictEqual(before.granted, after.granted);
    if (hadChanged) this.#inBackground(this.#standings.settlePages(after));
  }

  /** What the person had before; null where nobody was forgotten. Who goes gets nothing of the epochs from here on. */
  async #forget(
    sid: string,
    pid: string,
    reason: LeaveReason,
    condition: (record: ParticipantRecord) => boolean,
  ): Promise<ParticipantRecord | null> {
    const person = await this.find(sid, pid);
    if (person === null) return null;
    if (!person.waiting) await this.#epochs.renewSoon(sid);
    const before: ParticipantRecord[] = [];
    const entry = await this.#change(participantKey(sid, pid), (record) => {
      before.length = 0;
      if (record.presence.state === "left" || !condition(record)) return record;
      before.push(record);
      return forgetPerson(record);
    });
    const [left = null] = before;
    if (entry === null || left === null) return null;
    this.#attendance.gone(left, reason);
    this.#news.tell(entry.value, entry.revision);
    if (!left.waiting) await this.#epochs.renewSoon(sid);
    await this.#leaveSpotlight(left);
    return left;
  }

  /** All of it is tried, whatever fails. */
  async #disconnect(record: ParticipantRecord, delayMs: number): Promise<void> {
    const { sessionId, participantId, socket } = record;
    const kick = async () => {
      if (socket !== null) await this.#nats.connections.kick(socket);
    };
    await Promise.all([
      this.#nats.streams.stopDeliveries(sessionId, participantId),
      this.#removeMedia(record),
      delayMs === 0 ? kick() : undefined,
    ]);
    if (delayMs > 0) setTimeout(() => this.#inBackground(kick()), delayMs).unref();
  }

  async #removeMedia(record: ParticipantRecord, keep: string[] = []): Promise<void> {
    const identities = identitiesOf(record).filter((identity) => !keep.includes(identity));
    await Promise.all(
      identities.map((identity) => this.#sfu.removeParticipant({ sessionId: record.sessionId, identity })),
    );
  }

  async #leaveSpotlight({ roomId, sessionId, participantId }: ParticipantRecord): Promise<void> {
    await this.#sessions.changeRoom({ roomId, sessionId }, (room) =>
      room.spotlight === participantId ? { ...room, spotlight: null } : room,
    );
  }

  /** The entry where something was changed, else null. */
  async #change(
    key: string,
    change: (record: ParticipantRecord) => ParticipantRecord,
  ): Promise<KvEntry<ParticipantRecord> | null> {
    let changed = false;
    const entry = await this.#state.participants.mutate(key, (record) => {
      const next = change(record);
      changed = next !== record;
      return next;
    });
    return changed ? entry : null;
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.#log.warn({ err: error }, "a connection that was given up could not be closed"),
    );
  }
}
