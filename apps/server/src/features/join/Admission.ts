import {
  e2eeModelOf,
  refusalOf,
  serviceKindOf,
  serviceOfKind,
  userMetadataSchema,
  type JoinRequest,
  type Opening,
} from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { ResumeTicket } from "../../platform/http/resumeCookies.ts";
import type { KvEntry } from "../../platform/nats/KvBucket.ts";
import { newInboxPrefix } from "../../platform/nats/inbox.ts";
import { isBanned } from "../../sessions/bans.ts";
import type { JoinClaims } from "../../sessions/JoinTokens.ts";
import { newestEpoch, type KeyRecord } from "../../sessions/KeyRecord.ts";
import { lockTurnOf } from "../../sessions/locks.ts";
import { enter, isStaying } from "../../sessions/membership.ts";
import { mayOpen } from "../../sessions/Openings.ts";
import {
  isPresent,
  isThere,
  participantKey,
  type ParticipantRecord,
  type Seat,
} from "../../sessions/ParticipantRecord.ts";
import { isCounted, knownAs, locksOf, mustWait, roleOf } from "../../sessions/person.ts";
import { hasPlace } from "../../sessions/places.ts";
import { isLive, type RoomRecord } from "../../sessions/RoomRecord.ts";
import { offerSeat, seatDeadlines } from "../../sessions/seats.ts";
import { isAdmitted, runningJobs } from "../../sessions/ServiceRun.ts";
import type { ServiceClaims } from "../../sessions/ServiceTokens.ts";
import { newParticipantId, randomSecret, sha256 } from "../../sessions/tokens.ts";
import { joinAnswer, type AnswerWithoutUrls, type Handout } from "./joinAnswer.ts";

/** What a join hands out: the answer, and the next resume token for the cookie. */
export interface Admitted {
  answer: AnswerWithoutUrls;
  ticket: ResumeTicket;
}

/** Somebody with a join token, or a service with one of its own. */
interface Entering {
  claims: Pick<JoinClaims, "sub" | "is_admin" | "is_hidden" | "user_metadata">;
  name: string;
  senderNonce: string;
  /** Whether they are in the statistics; undefined where they do not say. */
  analytics: boolean | undefined;
  service: ParticipantRecord["service"];
}

/** Somebody with a resume token, who is in the room's session. */
interface Resuming {
  room: RoomRecord;
  entry: KvEntry<ParticipantRecord>;
  usedToken: string;
  senderNonce: string;
  /** Whether they are in the statistics; undefined where they do not say anything else than before. */
  analytics: boolean | undefined;
  opening: Opening | null;
}

type Services = Pick<
  Context,
  | "activity"
  | "config"
  | "epochs"
  | "joinTokens"
  | "log"
  | "openings"
  | "participants"
  | "restarts"
  | "serviceTokens"
  | "sessions"
  | "sfu"
  | "state"
  | "ticketHolders"
>;

const maxAttempts = 20;

/** The room decided otherwise about who comes, while somebody was on the way in. */
class Overtaken extends Error {}

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
    const { senderNonce, analytics } = request;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      // What is known is good enough to begin with: whether it holds is asked at the end, and again from the room itself.
      const room = await (attempt === 0 ? sessions.roomAsKnown(claims.room_id) : sessions.room(claims.room_id));
      if (room === null) throw AppError.roomNotFound();
      try {
        return await this.#tryJoin(room, claims, { claims, name, senderNonce, analytics, service: null });
      } catch (error) {
        const wasLate = attempt === 0 && isSessionEnded(error);
        if (!wasLate && !(error instanceof Overtaken) && !(await this.#wasReplaced(room, error))) throw error;
      }
    }
    throw AppError.unavailable();
  }

  /** Uses a service's token up and makes a participant of it, where its run is one that may see and hear now. */
  async joinAsService(claims: ServiceClaims, { senderNonce }: JoinRequest): Promise<Admitted> {
    const { sessions, serviceTokens } = this.#services;
    const room = await sessions.room(claims.room_id);
    if (room === null || room.sessionId !== claims.sid || !isLive(room)) throw AppError.sessionEnded();
    requireRun(room, claims);
    await serviceTokens.consume(claims);
    const kind = serviceKindOf[claims.service];
    const person = { sub: "", is_admin: false, is_hidden: false, user_metadata: userMetadataSchema.parse({}) };
    const service = { kind, jobId: claims.job };
    return this.#enter(room, null, await this.#readSession(room), {
      claims: person,
      name: kind,
      senderNonce,
      analytics: undefined,
      service,
    });
  }

  async #tryJoin(found: RoomRecord, claims: JoinClaims, entering: Entering): Promise<Admitted> {
    const { joinTokens, sessions } = this.#services;
    if (isBanned(found, claims)) throw AppError.removed();
    const person = { role: roleOf(claims), hidden: claims.is_hidden };
    const room = person.role === "host" && !person.hidden ? await sessions.noteHost(found) : found;
    const waiting = mustWait(room, person);
    const opening = await this.#openingFor(room, { ...person, waiting });

    const running = isLive(room) && room.phase.ready;
    // Reading ahead of the token's check saves a round trip and hands out nothing.
    const reading = running && !waiting ? this.#readSession(room) : Promise.resolve(null);
    const [consumed] = await Promise.allSettled([joinTokens.consume(claims), reading]);
    if (consumed.status === "rejected") throw consumed.reason;
    try {
      return await (waiting ? this.#wait(room, entering) : this.#enter(room, opening, await reading, entering));
    } catch (error) {
      await joinTokens.release(claims);
      throw error;
    }
  }

  /** Gives a participant a new seat, which replaces the old one when it is first used. */
  async resume(ticket: ResumeTicket, { senderNonce, analytics }: JoinRequest): Promise<Admitted> {
    const { restarts, ticketHolders } = this.#services;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const { room, entry } = await ticketHolders.find(ticket);
      const opening = await this.#openingFor(room, entry.value);
      if (entry.value.sessionId !== room.sessionId) {
        await restarts.carryOver(room);
        continue;
      }
      if (!isPresent(entry.value))
        await this.#requirePlace(room, { key: entry.key, value: entry.value, revision: null });
      const admitted = await this.#tryResume({ room, entry, usedToken: ticket.token, senderNonce, analytics, opening });
      if (admitted !== null) return admitted;
    }
    throw AppError.unavailable();
  }

  /** Null where somebody else changed the record or the room's session at the same time. */
  async #tryResume({ room, entry, usedToken, senderNonce, analytics, opening }: Resuming): Promise<Admitted | null> {
    const { activity, state, sessions, epochs } = this.#services;
    const running = isLive(room) && room.phase.ready;
    try {
      // After a restart the first to come back makes the session.
      if (!running) await sessions.start(room);
      else await sessions.ensureMediaRoom(room);
      const { seat, secret } = newSeat(room, senderNonce);
      const resumeToken = randomSecret();
      const inAnalytics = isCounted(room, { ...entry.value, inAnalytics: analytics ?? entry.value.inAnalytics });
      const offered = offerSeat(
        { ...entry.value, inAnalytics },
        { seat, resumeToken, usedToken, ...this.#deadlines(room) },
      );
      const { waiting } = offered;
      const fresh = waiting || isStaying(offered.membership) ? null : await epochs.forEntrant(room);
      const record = fresh ? { ...offered, membership: enter(offered.membership, newestEpoch(fresh).epoch) } : offered;
      const [revision, keys] = await Promise.all([
        state.participants.update(entry.key, record, entry.revision),
        fresh ?? (waiting ? null : epochs.read(room)),
      ]);
      if (revision === null) return null;
      if (entry.value.inAnalytics && !inAnalytics) await activity.forget(record);
      if (!entry.value.inAnalytics && isThere(record)) activity.joined(record);
      await sessions.confirmLive(room);
      return this.#admitted({ room, record, seat, secret, keys, opening }, resumeToken);
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
   * before anything was made or used up: the session is started by somebody who can open it, or waits for them.
   */
  async #openingFor(
    room: RoomRecord,
    person: Pick<ParticipantRecord, "role" | "hidden" | "waiting">,
  ): Promise<Opening | null> {
    if (person.waiting || e2eeModelOf(room.features) !== "passphrase") return null;
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
    const { sessions, epochs } = this.#services;
    const { keys: known, lastSequence } = running ?? { ...(await sessions.start(room)), lastSequence: 0 };
    const keys = await epochs.forEntrant(room, known);
    const membership = keys ? enter([], newestEpoch(keys).epoch) : [];
    const stay = { waiting: false, joinedAtSequence: lastSequence, membership };
    return this.#seat(room, person, stay, { keys, opening, isFirst: running === null });
  }

  /** Nothing of the session is read for somebody who waits, so that nothing of it can be handed out. */
  async #wait(room: RoomRecord, person: Entering): Promise<Admitted> {
    const isFirst = !isLive(room) || !room.phase.ready;
    if (isFirst) await this.#services.sessions.start(room);
    const stay = { waiting: true, joinedAtSequence: 0, membership: [] };
    return this.#seat(room, person, stay, { keys: null, opening: null, isFirst });
  }

  async #seat(
    room: RoomRecord,
    person: Entering,
    stay: Pick<ParticipantRecord, "waiting" | "joinedAtSequence" | "membership">,
    { keys, opening, isFirst }: Pick<Handout, "keys" | "opening"> & { isFirst: boolean },
  ): Promise<Admitted> {
    const { activity, sessions, state } = this.#services;
    const { seat, secret } = newSeat(room, person.senderNonce);
    const resumeToken = randomSecret();
    const record = this.#newParticipant(room, person, { seat, resumeToken, ...stay });
    const key = participantKey(record.sessionId, record.participantId);
    const revision = await state.participants.create(key, record);
    if (revision === null) throw new Error("a random participant id was taken");
    try {
      const live = await sessions.confirmLive(room);
      if (isBanned(live, person.claims)) throw AppError.removed();
      if (!record.waiting && record.service === null && mustWait(live, record)) throw new Overtaken();
      if (record.service !== null) requireRun(live, serviceJobOf(record.service));
      await this.#requirePlace(live, { key, value: record, revision });
      // They may have agreed when they were here before, with another token.
      if (person.analytics === false) await activity.forgetUser(knownAs(room, person.claims), record);
    } catch (error) {
      await state.participants.purge(key);
      if (isFirst && isSessionEnded(error)) await this.#undoStart(room);
      throw error;
    }
    return this.#admitted({ room, record, seat, secret, keys, opening }, resumeToken);
  }

  #newParticipant(
    room: RoomRecord,
    { claims, name, service, analytics }: Entering,
    handout: Pick<ParticipantRecord, "waiting" | "joinedAtSequence" | "membership"> & {
      seat: Seat;
      resumeToken: string;
    },
  ): ParticipantRecord {
    const { until, resumableUntil } = this.#deadlines(room);
    const { seat, resumeToken, ...stay } = handout;
    return {
      participantId: newParticipantId(),
      sessionId: room.sessionId,
      roomId: room.roomId,
      userId: claims.sub,
      name,
      role: roleOf(claims),
      hidden: claims.is_hidden,
      seenBy: room.features.allow_view_other_users_list ? "everybody" : "hosts",
      locks: locksOf(room, claims),
      lockTurn: lockTurnOf(room),
      hand: null,
      service,
      consents: {},
      localRecording: null,
      inAnalytics: isCounted(room, { inAnalytics: analytics === true, hidden: claims.is_hidden }),
      metadata: JSON.stringify(claims.user_metadata),
      joinedAt: Date.now(),
      stays: 0,
      ...stay,
      presence: { state: "joining", until },
      seat: null,
      socket: null,
      granted: null,
      pending: { seat, until },
      resumableUntil,
      resume: { current: sha256(resumeToken), previous: null, spent: null },
    };
  }

  /** Everybody writes first and counts then, so that nobody goes unseen. */
  async #requirePlace(
    room: RoomRecord,
    person: { key: string; value: ParticipantRecord; revision: number | null },
  ): Promise<void> {
    if (room.maxParticipants === 0 && !person.value.waiting) return;
    const entries = await this.#services.state.participants.entries(room.sessionId);
    if (hasPlace(room, entries, person)) return;
    throw person.value.waiting ? AppError.waitingRoomFull() : AppError.roomFull();
  }

  #deadlines({ features }: RoomRecord): { until: number; resumableUntil: number | null } {
    return seatDeadlines(features, this.#services.config.sessions.seatSeconds * 1000);
  }

  #admitted(handout: Handout, token: string): Admitted {
    const { sessionId, participantId } = handout.record;
    return { answer: joinAnswer(this.#services, handout), ticket: { sessionId, participantId, token } };
  }
}

function isSessionEnded(error: unknown): boolean {
  return error instanceof AppError && error.code === "session_ended";
}

/** The answer that hands it out tells of the services that run: its page publishes nothing before it is guarded. */
function newSeat({ services }: RoomRecord, senderNonce: string): { seat: Seat; secret: string } {
  const secret = randomSecret();
  const guards = runningJobs(services);
  return { seat: { secretHash: sha256(secret), inboxPrefix: newInboxPrefix(), senderNonce, guards }, secret };
}

/** Throws where a service may not see and hear now. */
function requireRun(
  { features, services }: RoomRecord,
  { service, job }: Pick<ServiceClaims, "service" | "job">,
): void {
  const refusal = refusalOf(service, features);
  if (refusal !== null) throw AppError.serviceRefused(service, refusal);
  if (!isAdmitted(services, service, job)) throw AppError.consentMissing();
}

function serviceJobOf({ kind, jobId }: NonNullable<ParticipantRecord["service"]>) {
  return { service: serviceOfKind[kind], job: jobId };
}
