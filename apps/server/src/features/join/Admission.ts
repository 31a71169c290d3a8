import {
  e2eeModelOf,
  mediaIdentity,
  type JoinAnswer,
  type JoinE2ee,
  type JoinRequest,
  type Opening,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { maxFileBytes } from "../../config/derived.ts";
import { AppError } from "../../platform/AppError.ts";
import type { ResumeTicket } from "../../platform/http/resumeCookies.ts";
import type { KvEntry } from "../../platform/nats/KvBucket.ts";
import { newInboxPrefix } from "../../platform/nats/inbox.ts";
import type { JoinClaims } from "../../sessions/JoinTokens.ts";
import { epochsOf, newestEpoch, type KeyRecord } from "../../sessions/KeyRecord.ts";
import { enter, isStaying } from "../../sessions/membership.ts";
import { mayOpen } from "../../sessions/Openings.ts";
import { isPresent, participantKey, type ParticipantRecord, type Seat } from "../../sessions/ParticipantRecord.ts";
import { locksOf, roleOf } from "../../sessions/person.ts";
import { isLive, type RoomRecord } from "../../sessions/RoomRecord.ts";
import { offerSeat, seatDeadlines } from "../../sessions/seats.ts";
import { newParticipantId, randomSecret, sha256 } from "../../sessions/tokens.ts";

/** What a join hands out: the answer, whose URLs the route knows, and the next resume token for the cookie. */
export interface Admitted {
  answer: Omit<JoinAnswer, "nats" | "media"> & { nats: Omit<JoinAnswer["nats"], "url">; mediaToken: string };
  ticket: ResumeTicket;
}

/** Everything an answer is made of. */
interface Handout {
  room: RoomRecord;
  record: ParticipantRecord;
  seat: Seat;
  secret: string;
  resumeToken: string;
  keys: KeyRecord | null;
  opening: Opening | null;
}

/** Somebody with a join token. */
interface Entering {
  claims: JoinClaims;
  name: string;
  senderNonce: string;
}

/** Somebody with a resume token, who is in the room's session. */
interface Resuming {
  room: RoomRecord;
  entry: KvEntry<ParticipantRecord>;
  usedToken: string;
  senderNonce: string;
  opening: Opening | null;
}

type Services = Pick<
  Context,
  | "config"
  | "epochs"
  | "joinTokens"
  | "log"
  | "openings"
  | "participants"
  | "restarts"
  | "sessions"
  | "sfu"
  | "state"
  | "ticketHolders"
>;

const maxAttempts = 20;

/** Lets people into sessions: with a join token the first time, with a resume token when they come back. */
export class Admission {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Uses the token up and makes a participant, and the session too where this is its first. */
  async join(claims: JoinClaims, request: JoinRequest): Promise<Admitted> {
    const { sessions } = this.#services;
    const name = claims.guest ? request.name : claims.name;
    if (name === undefined) throw AppError.bodyInvalid("name: a name is required");
    const { senderNonce } = request;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const room = await sessions.room(claims.room_id);
      if (room === null) throw AppError.roomNotFound();
      try {
        return await this.#tryJoin(room, { claims, name, senderNonce });
      } catch (error) {
        if (!(await this.#wasReplaced(room, error))) throw error;
      }
    }
    throw AppError.unavailable();
  }

  async #tryJoin(found: RoomRecord, entering: Entering): Promise<Admitted> {
    const { joinTokens, sessions } = this.#services;
    const { claims } = entering;
    const person = { role: roleOf(claims), hidden: claims.is_hidden };
    const room = person.role === "host" && !person.hidden ? await sessions.noteHost(found) : found;
    const opening = await this.#openingFor(room, person);

    const running = isLive(room) && room.phase.ready;
    // Reading ahead of the token's check saves a round trip and hands out nothing.
    const reading = running ? this.#readSession(room) : Promise.resolve(null);
    const [consumed] = await Promise.allSettled([joinTokens.consume(claims), reading]);
    if (consumed.status === "rejected") throw consumed.reason;
    try {
      return await this.#enter(room, opening, await reading, entering);
    } catch (error) {
      await joinTokens.release(claims);
      throw error;
    }
  }

  /** Gives a participant a new seat, which replaces the old one when it is first used. */
  async resume(ticket: ResumeTicket, senderNonce: string): Promise<Admitted> {
    const { restarts, ticketHolders } = this.#services;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const { room, entry } = await ticketHolders.find(ticket);
      const opening = await this.#openingFor(room, entry.value);
      if (entry.value.sessionId !== room.sessionId) {
        await restarts.carryOver(room);
        continue;
      }
      if (!isPresent(entry.value) && (await this.#isFull(room))) throw AppError.roomFull();
      const admitted = await this.#tryResume({ room, entry, usedToken: ticket.token, senderNonce, opening });
      if (admitted !== null) return admitted;
    }
    throw AppError.unavailable();
  }

  /** Null where somebody else changed the record or the room's session at the same time. */
  async #tryResume({ room, entry, usedToken, senderNonce, opening }: Resuming): Promise<Admitted | null> {
    const { state, sessions, epochs } = this.#services;
    const running = isLive(room) && room.phase.ready;
    try {
      // After a restart the first to come back makes the session.
      if (!running) await sessions.start(room);
      else await sessions.ensureMediaRoom(room);
      const { seat, secret } = newSeat(senderNonce);
      const resumeToken = randomSecret();
      const offered = offerSeat(entry.value, { seat, resumeToken, usedToken, ...this.#deadlines(room) });
      const fresh = isStaying(offered.membership) ? null : await epochs.forEntrant(room);
      const record = fresh ? { ...offered, membership: enter(offered.membership, newestEpoch(fresh).epoch) } : offered;
      const [revision, keys] = await Promise.all([
        state.participants.update(entry.key, record, entry.revision),
        fresh ?? epochs.read(room),
      ]);
      if (revision === null) return null;
      await sessions.confirmLive(room);
      return this.#admitted({ room, record, seat, secret, resumeToken, keys, opening });
    } catch (error) {
      if (!running && isSessionEnded(error)) await this.#undoStart(room);
      if (!(await this.#wasReplaced(room, error))) throw error;
      return null;
    }
  }

  /** Whether `error` came because the room got a new session while somebody was on the way into the one it had. */
  async #wasReplaced({ roomId, sessionId }: RoomRecord, error: unknown): Promise<boolean> {
    if (!isSessionEnded(error)) return false;
    const room = await this.#services.sessions.room(roomId);
    return room !== null && room.predecessors.includes(sessionId);
  }

  /** Who found the session running made nothing but the participant. */
  async #undoStart(room: RoomRecord): Promise<void> {
    const { sessions, log } = this.#services;
    await sessions.undoStart(room).catch((cause: unknown) => log.error({ err: cause }, "a late join was not undone"));
  }

  /**
   * How the session was opened, where that is asked. Throws `not_opened` where it was not and this person may not do it,
   * before anything was made or used up: the session is started by somebody who can open it.
   */
  async #openingFor(room: RoomRecord, person: Pick<ParticipantRecord, "role" | "hidden">): Promise<Opening | null> {
    if (e2eeModelOf(room.features) !== "passphrase") return null;
    const opening = await this.#services.openings.get(room);
    if (opening === null && !mayOpen(room, person)) throw AppError.notOpened();
    return opening;
  }

  async #readSession(room: RoomRecord): Promise<{ keys: KeyRecord | null; lastSequence: number }> {
    const { sessions, epochs } = this.#services;
    const [keys, lastSequence] = await Promise.all([epochs.read(room), sessions.lastSequence(room)]);
    return { keys, lastSequence };
  }

  async #enter(
    room: RoomRecord,
    opening: Opening | null,
    running: { keys: KeyRecord | null; lastSequence: number } | null,
    person: Entering,
  ): Promise<Admitted> {
    const { sessions, state, epochs } = this.#services;
    const { keys: known, lastSequence } = running ?? { ...(await sessions.start(room)), lastSequence: 0 };
    const keys = await epochs.forEntrant(room, known);
    const { seat, secret } = newSeat(person.senderNonce);
    const resumeToken = randomSecret();
    const record = this.#newParticipant(room, person, { seat, resumeToken, lastSequence, keys });
    const key = participantKey(record.sessionId, record.participantId);
    const revision = await state.participants.create(key, record);
    if (revision === null) throw new Error("a random participant id was taken");
    try {
      const live = await sessions.confirmLive(room);
      if (live.maxParticipants > 0) await this.#requirePlace(live, key, revision);
    } catch (error) {
      await state.participants.purge(key);
      if (running === null && isSessionEnded(error)) await this.#undoStart(room);
      throw error;
    }
    return this.#admitted({ room, record, seat, secret, resumeToken, keys, opening });
  }

  #newParticipant(
    room: RoomRecord,
    { claims, name }: { claims: JoinClaims; name: string },
    handout: { seat: Seat; resumeToken: string; lastSequence: number; keys: KeyRecord | null },
  ): ParticipantRecord {
    const { until, resumableUntil } = this.#deadlines(room);
    const locks = locksOf(room, claims);
    return {
      participantId: newParticipantId(),
      sessionId: room.sessionId,
      roomId: room.roomId,
      userId: claims.sub,
      name,
      role: roleOf(claims),
      hidden: claims.is_hidden,
      locks,
      metadata: JSON.stringify({ ...claims.user_metadata, is_admin: claims.is_admin, lock_settings: locks }),
      joinedAt: Date.now(),
      joinedAtSequence: handout.lastSequence,
      membership: handout.keys ? enter([], newestEpoch(handout.keys).epoch) : [],
      presence: { state: "joining", until },
      seat: null,
      socket: null,
      pending: { seat: handout.seat, until },
      resumableUntil,
      resume: { current: sha256(handout.resumeToken), previous: null },
    };
  }

  /**
   * Of those who came at the same time, the earliest have the places: everybody writes first and counts then, so that
   * nobody goes unseen, and those who wrote later do not count.
   */
  async #requirePlace(room: RoomRecord, key: string, revision: number): Promise<void> {
    const entries = await this.#services.state.participants.entries(room.sessionId);
    const before = entries.filter(
      (entry) =>
        entry.key !== key && isPresent(entry.value) && (entry.revision < revision || entry.value.seat !== null),
    );
    if (before.length >= room.maxParticipants) throw AppError.roomFull();
  }

  async #isFull(room: RoomRecord): Promise<boolean> {
    if (room.maxParticipants === 0) return false;
    const entries = await this.#services.state.participants.entries(room.sessionId);
    return entries.filter(({ value }) => isPresent(value)).length >= room.maxParticipants;
  }

  #deadlines({ features }: RoomRecord): { until: number; resumableUntil: number | null } {
    return seatDeadlines(features, this.#services.config.sessions.seatSeconds * 1000);
  }

  #admitted(grant: Handout): Admitted {
    const { room, record, seat, secret, resumeToken } = grant;
    const { sessionId, participantId, name, role, hidden } = record;
    const permissions = this.#services.participants.permissionsOf(room, record);
    const identity = mediaIdentity(participantId, seat.senderNonce);
    return {
      answer: {
        sessionId,
        participantId,
        name,
        role,
        waiting: false,
        nats: { secret, inboxPrefix: seat.inboxPrefix },
        mediaToken: this.#services.sfu.mediaToken({ sessionId, identity, permissions, hidden }),
        e2ee: this.#e2eeOf(grant),
        room: {
          roomId: room.roomId,
          title: room.title,
          welcomeMessage: room.welcomeMessage,
          logoutUrl: room.logoutUrl,
        },
        features: room.features,
        files: { maxFileBytes: maxFileBytes(this.#services.config, room.features) },
        permissions,
      },
      ticket: { sessionId, participantId, token: resumeToken },
    };
  }

  /** Where a session's keys leave the server, with rpc `epochs` and the event `to.<pid>.epoch`. */
  #e2eeOf({ room, record, keys, opening }: Handout): JoinE2ee {
    const model = e2eeModelOf(room.features);
    if (model === "none") return { model };
    if (keys === null) throw new Error("an end-to-end encrypted session has no keys");
    const version = "v1";
    if (model === "passphrase") {
      const { passphraseInLink: mayPutInLink } = this.#services.config.e2ee;
      const { epoch } = newestEpoch(keys);
      return { model, version, epoch, opening, mayOpen: mayOpen(room, record), mayPutInLink };
    }
    const epochs = epochsOf(keys, record.membership).flatMap(({ epoch, secret }) => (secret ? { epoch, secret } : []));
    return { model, version, secret: keys.root, epochs };
  }
}

function isSessionEnded(error: unknown): boolean {
  return error instanceof AppError && error.code === "session_ended";
}

function newSeat(senderNonce: string): { seat: Seat; secret: string } {
  const secret = randomSecret();
  return { seat: { secretHash: sha256(secret), inboxPrefix: newInboxPrefix(), senderNonce }, secret };
}
