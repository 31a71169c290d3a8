import { e2eeModelOf, mediaIdentity, type JoinAnswer, type JoinE2ee, type JoinRequest } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { newInboxPrefix } from "../../platform/nats/inbox.ts";
import type { JoinClaims } from "../../sessions/JoinTokens.ts";
import { isPresent, participantKey, type ParticipantRecord, type Seat } from "../../sessions/ParticipantRecord.ts";
import { locksOf, roleOf } from "../../sessions/person.ts";
import { isLive, type RoomRecord, type SessionSecrets } from "../../sessions/RoomRecord.ts";
import { acceptsResume, offerSeat } from "../../sessions/seats.ts";
import { newParticipantId, randomSecret, sha256 } from "../../sessions/tokens.ts";
import type { ResumeTicket } from "./resumeCookies.ts";

/** What a join hands out: the answer, whose URLs the route knows, and the next resume token for the cookie. */
export interface Admitted {
  answer: Omit<JoinAnswer, "nats" | "media"> & { nats: Omit<JoinAnswer["nats"], "url">; mediaToken: string };
  ticket: ResumeTicket;
}

type Services = Pick<Context, "config" | "joinTokens" | "log" | "participants" | "sessions" | "sfu" | "state">;

const maxAttempts = 20;

/** Lets people into sessions: with a join token the first time, with a resume token when they come back. */
export class Admission {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Uses the token up and makes a participant, and the session too where this is its first. */
  async join(claims: JoinClaims, request: JoinRequest): Promise<Admitted> {
    const { joinTokens, sessions } = this.#services;
    const name = claims.guest ? request.name : claims.name;
    if (name === undefined) throw AppError.bodyInvalid("name: a name is required");
    const room = await sessions.room(claims.room_id);
    if (room === null) throw AppError.roomNotFound();

    const running = isLive(room) && room.phase.ready;
    // Reading ahead of the token's check saves a round trip and hands out nothing.
    const reading = running ? this.#readSession(room) : Promise.resolve(null);
    const [consumed] = await Promise.allSettled([joinTokens.consume(claims), reading]);
    if (consumed.status === "rejected") throw consumed.reason;
    try {
      return await this.#enter(room, await reading, { claims, name, senderNonce: request.senderNonce });
    } catch (error) {
      await joinTokens.release(claims);
      throw error;
    }
  }

  /** Gives a participant a new seat, which replaces the old one when it is first used. */
  async resume({ sessionId, participantId, token }: ResumeTicket, senderNonce: string): Promise<Admitted> {
    const { state, sessions } = this.#services;
    const key = participantKey(sessionId, participantId);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const entry = await state.participants.get(key);
      if (entry === null || !acceptsResume(entry.value, token)) throw AppError.resumeInvalid();
      const room = await sessions.room(entry.value.roomId);
      if (room?.sessionId !== sessionId) throw AppError.sessionEnded();
      if (!isPresent(entry.value) && (await this.#isFull(room))) throw AppError.roomFull();

      const { seat, secret } = newSeat(senderNonce);
      const resumeToken = randomSecret();
      const next = offerSeat(entry.value, { seat, resumeToken, usedToken: token, until: this.#seatDeadline() });
      const [revision, secrets] = await Promise.all([
        state.participants.update(key, next, entry.revision),
        sessions.secrets(room),
      ]);
      if (revision !== null) return this.#admitted({ room, record: next, seat, secret, resumeToken, secrets });
    }
    throw AppError.unavailable();
  }

  async #readSession(room: RoomRecord): Promise<{ secrets: SessionSecrets | null; lastSequence: number }> {
    const { sessions } = this.#services;
    const [secrets, lastSequence] = await Promise.all([sessions.secrets(room), sessions.lastSequence(room)]);
    return { secrets, lastSequence };
  }

  async #enter(
    room: RoomRecord,
    running: { secrets: SessionSecrets | null; lastSequence: number } | null,
    person: { claims: JoinClaims; name: string; senderNonce: string },
  ): Promise<Admitted> {
    const { sessions, state, log } = this.#services;
    const session = running ?? { ...(await sessions.start(room)), lastSequence: 0 };
    const { seat, secret } = newSeat(person.senderNonce);
    const resumeToken = randomSecret();
    const record = this.#newParticipant(room, person, { seat, resumeToken, lastSequence: session.lastSequence });
    const key = participantKey(record.sessionId, record.participantId);
    const revision = await state.participants.create(key, record);
    if (revision === null) throw new Error("a random participant id was taken");
    try {
      const live = await sessions.confirmLive(room);
      if (live.maxParticipants > 0) await this.#requirePlace(live, key, revision);
    } catch (error) {
      await state.participants.purge(key);
      // Who found the session running made nothing but the participant.
      if (running === null && error instanceof AppError && error.code === "session_ended") {
        await sessions
          .undoStart(room)
          .catch((cause: unknown) => log.error({ err: cause }, "a late join was not undone"));
      }
      throw error;
    }
    return this.#admitted({ room, record, seat, secret, resumeToken, secrets: session.secrets });
  }

  #newParticipant(
    room: RoomRecord,
    { claims, name }: { claims: JoinClaims; name: string },
    handout: { seat: Seat; resumeToken: string; lastSequence: number },
  ): ParticipantRecord {
    const until = this.#seatDeadline();
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
      presence: { state: "joining", until },
      seat: null,
      socket: null,
      pending: { seat: handout.seat, until },
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

  #seatDeadline(): number {
    return Date.now() + this.#services.config.sessions.seatSeconds * 1000;
  }

  #admitted(grant: {
    room: RoomRecord;
    record: ParticipantRecord;
    seat: Seat;
    secret: string;
    resumeToken: string;
    secrets: SessionSecrets | null;
  }): Admitted {
    const { room, record, seat, secret, resumeToken, secrets } = grant;
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
        e2ee: e2eeOf(room, record, secrets),
        room: {
          roomId: room.roomId,
          title: room.title,
          welcomeMessage: room.welcomeMessage,
          logoutUrl: room.logoutUrl,
        },
        features: room.features,
        permissions,
      },
      ticket: { sessionId, participantId, token: resumeToken },
    };
  }
}

function newSeat(senderNonce: string): { seat: Seat; secret: string } {
  const secret = randomSecret();
  return { seat: { secretHash: sha256(secret), inboxPrefix: newInboxPrefix(), senderNonce }, secret };
}

/** The only place where a session's secret leaves the server. */
function e2eeOf(room: RoomRecord, { role }: ParticipantRecord, secrets: SessionSecrets | null): JoinE2ee {
  const model = e2eeModelOf(room.features);
  if (model === "none") return { model };
  const version = "v1";
  if (model === "passphrase") {
    return { model, version, epoch: 0, opening: null, mayOpen: role === "host", mayPutInLink: true };
  }
  if (secrets === null) throw new Error("a session with a server-generated key has no secret");
  return { model, version, secret: secrets.root, epochs: secrets.epochs };
}
