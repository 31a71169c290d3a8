import { permissionsOf, type Permissions, type RosterEntry } from "@sotto/protocol";
import type { Logger } from "pino";
import { AppError } from "../platform/AppError.ts";
import { BoundedMap } from "../platform/BoundedMap.ts";
import { Budgets } from "../platform/nats/Budgets.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import type { NatsPlatform } from "../platform/nats/connectNats.ts";
import type { Sfu } from "../platform/sfu/Sfu.ts";
import type { Epochs } from "./Epochs.ts";
import { newestEpoch } from "./KeyRecord.ts";
import { depart, enter, isStaying } from "./membership.ts";
import {
  identitiesOf,
  isPresent,
  participantKey,
  rosterEntryOf,
  type ParticipantRecord,
  type Socket,
} from "./ParticipantRecord.ts";
import { isLive, type RoomRecord } from "./RoomRecord.ts";
import { expire, forgetPerson, loseSocket, takeSeat } from "./seats.ts";
import type { State } from "./State.ts";

interface ParticipantsOptions {
  state: State;
  epochs: Epochs;
  nats: Pick<NatsPlatform, "bus" | "connections" | "streams">;
  sfu: Sfu;
  awayMs: number;
  log: Logger;
}

/** What NATS needs to know about a connection. */
export interface Authorization {
  inboxPrefix: string;
  permissions: Permissions;
  waiting: boolean;
}

const maxAttempts = 20;
const maxRoomIds = 10_000;
/** Of one person. Everybody in the session hears of each connection. */
const connectBudget = { perSecond: 2, burst: 30 };
/** Lets the answer that announces a kick reach its page first. */
const kickDelayMs = 250;

/** The people of the sessions: who may connect, who is there, who is expected back. */
export class Participants {
  readonly #state: State;
  readonly #epochs: Epochs;
  readonly #nats: ParticipantsOptions["nats"];
  readonly #sfu: Sfu;
  readonly #awayMs: number;
  readonly #log: Logger;
  readonly #connects = new Budgets(connectBudget);
  readonly #roomIds = new BoundedMap<string, string>(maxRoomIds);

  constructor({ state, epochs, nats, sfu, awayMs, log }: ParticipantsOptions) {
    this.#state = state;
    this.#epochs = epochs;
    this.#nats = nats;
    this.#sfu = sfu;
    this.#awayMs = awayMs;
    this.#log = log;
  }

  permissionsOf(
    room: RoomRecord,
    { role, hidden, locks }: Pick<ParticipantRecord, "role" | "hidden" | "locks">,
  ): Permissions {
    return permissionsOf({ role, waiting: false, hidden, features: room.features, locks });
  }

  /**
   * Whether somebody with this connection secret may connect, and as what. The connection is registered before the
   * answer is given: a change of role in that moment finds it and kicks it.
   */
  async authorize(sid: string, pid: string, secret: string, socket: Socket): Promise<Authorization | null> {
    const key = participantKey(sid, pid);
    const { serverId, clientId } = socket;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const entry = await this.#state.participants.get(key);
      const seated = entry && takeSeat(entry.value, secret, { serverId, clientId });
      if (!entry || !seated?.seat) return null;
      if (attempt === 0 && !this.#connects.take(key)) return null;
      const next = isStaying(seated.membership) ? seated : await this.#comeBack(seated);
      const [room, revision] = await Promise.all([
        this.#state.rooms.get(next.roomId),
        this.#state.participants.update(key, next, entry.revision),
      ]);
      if (revision === null) continue;
      if (!room || room.value.sessionId !== sid || !isLive(room.value)) return null;
      await this.#replace(entry.value, next);
      this.#announce(next, revision);
      return {
        inboxPrefix: seated.seat.inboxPrefix,
        permissions: this.permissionsOf(room.value, next),
        waiting: false,
      };
    }
    throw AppError.unavailable();
  }

  /** Who calls, while they are connected. */
  async lookup(sid: string, pid: string): Promise<Authorization | null> {
    // Which room a session is of never changes; once that is known, both are asked for at the same time.
    const roomId = this.#roomIds.get(sid);
    const [entry, known] = await Promise.all([
      this.#state.participants.get(participantKey(sid, pid)),
      roomId === undefined ? null : this.#state.rooms.get(roomId),
    ]);
    if (!entry?.value.seat || entry.value.presence.state === "left") return null;
    if (roomId === undefined) this.#roomIds.set(sid, entry.value.roomId);
    const room = roomId === undefined ? await this.#state.rooms.get(entry.value.roomId) : known;
    if (!room || room.value.sessionId !== sid || !isLive(room.value)) return null;
    const { seat } = entry.value;
    return { inboxPrefix: seat.inboxPrefix, permissions: this.permissionsOf(room.value, entry.value), waiting: false };
  }

  async find(sid: string, pid: string): Promise<ParticipantRecord | null> {
    const entry = await this.#state.participants.get(participantKey(sid, pid));
    return entry?.value ?? null;
  }

  /** Whether a media token's bearer is a page of somebody who is in the session. */
  async mayConnectMedia(sid: string, identity: string): Promise<boolean> {
    const [pid = ""] = identity.split(".");
    const entry = await this.#state.participants.get(participantKey(sid, pid));
    return entry !== null && isPresent(entry.value) && identitiesOf(entry.value).includes(identity);
  }

  async roster(sid: string): Promise<RosterEntry[]> {
    const entries = await this.#state.participants.entries(sid);
    return entries.flatMap(({ value, revision }) => rosterEntryOf(value, revision) ?? []);
  }

  /** nats-server closed a connection. */
  async disconnected({ sid, pid, ...socket }: Socket & { sid: string; pid: string }): Promise<void> {
    await this.#change(participantKey(sid, pid), (record) => loseSocket(record, socket, Date.now() + this.#awayMs));
  }

  /** The participant leaves for good: no resume token, no secret and no media connection of theirs works any more. */
  async leave(sid: string, pid: string): Promise<void> {
    const key = participantKey(sid, pid);
    await this.#epochs.renewSoon(sid);
    let left: ParticipantRecord | null = null;
    await this.#change(key, (record) => {
      if (record.presence.state === "left") return record;
      left = record;
      return forgetPerson(record);
    });
    await this.#epochs.renewSoon(sid);
    if (left !== null) await this.#disconnect(left);
  }

  /** Acts on the deadlines of one participant that have passed. */
  async expire({ key, value }: KvEntry<ParticipantRecord>, now: number): Promise<boolean> {
    if (expire(value, now) === value) return true;
    const entry = await this.#state.participants.get(key);
    if (entry === null) return false;
    const expired = expire(entry.value, now);
    if (expired === entry.value) return true;
    const { sessionId } = entry.value;
    const isLoss = expired?.presence.state !== entry.value.presence.state;
    // What begins from here on is not theirs any more.
    const keys = isLoss ? await this.#epochs.find(sessionId) : null;
    if (isLoss) await this.#epochs.renewSoon(sessionId);
    if (expired === null) {
      if (!(await this.#state.participants.purge(key, entry.revision))) return true;
      await this.#epochs.renewSoon(sessionId);
      await this.#removeMedia(entry.value);
      return true;
    }
    const membership = keys ? depart(expired.membership, newestEpoch(keys).epoch) : expired.membership;
    const next = { ...expired, membership };
    const revision = await this.#state.participants.update(key, next, entry.revision);
    if (revision === null) return true;
    if (isLoss) await this.#epochs.renewSoon(sessionId);
    if (next.presence.state !== entry.value.presence.state) {
      await this.#nats.streams.stopDeliveries(next.sessionId, next.participantId);
      if (next.seat !== null) this.#announce(next, revision);
    }
    const kept = next.presence.state === "gone" ? [] : identitiesOf(next);
    await this.#removeMedia(entry.value, kept);
    return true;
  }

  /** Somebody who was given up connects all the same: a new stay, with the epochs from now on. */
  async #comeBack(record: ParticipantRecord): Promise<ParticipantRecord> {
    const room = await this.#state.rooms.get(record.roomId);
    if (room?.value.sessionId !== record.sessionId || !isLive(room.value)) return record;
    const keys = await this.#epochs.forEntrant(room.value);
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
  }

  async #disconnect(record: ParticipantRecord): Promise<void> {
    const { sessionId, participantId, socket } = record;
    await Promise.all([this.#nats.streams.stopDeliveries(sessionId, participantId), this.#removeMedia(record)]);
    if (socket === null) return;
    const kick = async () => {
      await this.#nats.connections.kick(socket);
    };
    setTimeout(() => this.#inBackground(kick()), kickDelayMs).unref();
  }

  async #removeMedia(record: ParticipantRecord, keep: string[] = []): Promise<void> {
    const identities = identitiesOf(record).filter((identity) => !keep.includes(identity));
    await Promise.all(identities.map((identity) => this.#sfu.removeParticipant(record.sessionId, identity)));
  }

  async #change(key: string, change: (record: ParticipantRecord) => ParticipantRecord): Promise<void> {
    let changed = false;
    const entry = await this.#state.participants.mutate(key, (record) => {
      const next = change(record);
      changed = next !== record;
      return next;
    });
    if (entry !== null && changed) this.#announce(entry.value, entry.revision);
  }

  #announce(record: ParticipantRecord, revision: number): void {
    if (record.hidden) return;
    const { sessionId, participantId } = record;
    const entry = rosterEntryOf(record, revision);
    this.#nats.bus.broadcast(sessionId, "participant", { participantId, revision, entry });
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#log.warn({ err: error }, "a replaced connection could not be closed"));
  }
}
