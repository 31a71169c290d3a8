import { e2eeModelOf, type ConsentRequest, type RoomFeatures } from "@sotto/protocol";
import { isPresent, isThere, type ParticipantRecord, type Seat, type Socket } from "./ParticipantRecord.ts";
import { sha256 } from "./tokens.ts";

/*
 * How a participant's record changes. Pure functions: the callers write the result by compare-and-set, so that each
 * change is made once however many nodes and pages try.
 */

/** How long a person who is asked for a passphrase may go on trying after the seat was given up. */
const passphraseGraceMs = 10 * 60_000;
/** Runs of services a page is remembered to have heard of; only the newest ones go on. */
const maxGuards = 8;

/** Until when a seat that is handed out now can be taken, and until when its holder may ask for another one. */
export function seatDeadlines(
  features: RoomFeatures,
  seatMs: number,
): { until: number; resumableUntil: number | null } {
  const until = Date.now() + seatMs;
  return { until, resumableUntil: e2eeModelOf(features) === "passphrase" ? until + passphraseGraceMs : null };
}

/**
 * Until when somebody who has never connected may come back to a session with a passphrase at least: as long as nobody
 * opened it there is nothing to come back to. `openedAt`: null before.
 */
export function resumableAfterOpening(openedAt: number | null, now: number): number {
  return (openedAt ?? now) + passphraseGraceMs;
}

/** Whether a resume token is one that may be used now (docs/adr/0004). */
export function acceptsResume({ resume }: ParticipantRecord, token: string): boolean {
  const hash = sha256(token);
  return resume !== null && (resume.current === hash || resume.previous === hash);
}

/** Whether a resume token is the last one that was given up for a newer one: its page was replaced by another. */
export function isSpent({ resume }: ParticipantRecord, token: string): boolean {
  return resume?.spent === sha256(token);
}

/**
 * Hands out a new seat to the bearer of `token`. Using a token proves that its bearer received it, so it becomes the
 * one that stays usable until the new seat is confirmed; every other token and unconfirmed seat is void.
 */
export function offerSeat(
  record: ParticipantRecord,
  offer: { seat: Seat; resumeToken: string; usedToken: string; until: number; resumableUntil: number | null },
): ParticipantRecord {
  return {
    ...record,
    presence:
      record.presence.state === "gone" || record.presence.state === "joining"
        ? { state: "joining", until: offer.until }
        : record.presence,
    pending: { seat: offer.seat, until: offer.until },
    resumableUntil: offer.resumableUntil,
    resume: {
      current: sha256(offer.resumeToken),
      previous: sha256(offer.usedToken),
      spent: record.resume?.spent ?? null,
    },
  };
}

/** Somebody connects with `secret`: the record if it is a seat's, else null. A pending seat is thereby confirmed. */
export function takeSeat(record: ParticipantRecord, secret: string, socket: Socket): ParticipantRecord | null {
  const hash = sha256(secret);
  if (record.presence.state === "left") return null;
  const stays = record.waiting || isThere(record) ? record.stays : record.stays + 1;
  const online = { ...record, stays, socket, presence: { state: "online" } as const };
  if (record.pending?.seat.secretHash === hash) {
    const resume = record.resume && { ...record.resume, previous: null, spent: record.resume.previous };
    // What the page before this one recorded ended with it.
    return { ...online, localRecording: null, seat: record.pending.seat, pending: null, resume };
  }
  return record.seat?.secretHash === hash ? online : null;
}

/** A hand goes up or down; the same record where it is already. One that is up keeps its place in the order. */
export function raiseHand(record: ParticipantRecord, raised: boolean): ParticipantRecord {
  if (raised === (record.hand !== null) || (raised && !isPresent(record))) return record;
  return { ...record, hand: raised ? Date.now() : null };
}

/** A page keeps its person's media from a run of a service. The same record where that is known. */
export function guard(record: ParticipantRecord, jobId: string): ParticipantRecord {
  const { seat } = record;
  if (seat === null || seat.guards.includes(jobId)) return record;
  return { ...record, seat: { ...seat, guards: [...seat.guards, jobId].slice(-maxGuards) } };
}

/** Somebody says whether they agree to a run of a service. */
export function answer(record: ParticipantRecord, { service, jobId, agreed }: ConsentRequest): ParticipantRecord {
  const before = record.consents[service];
  if (before?.jobId === jobId && before.agreed === agreed) return record;
  return { ...record, consents: { ...record.consents, [service]: { jobId, agreed } } };
}

/** Somebody begins or ends to record on their own device. */
export function recordLocally(record: ParticipantRecord, on: boolean): ParticipantRecord {
  if (on === (record.localRecording !== null) || (on && !isPresent(record))) return record;
  return { ...record, localRecording: on ? Date.now() : null };
}

/** A connection was lost. The same record if it is not the participant's current one. */
export function loseSocket(record: ParticipantRecord, socket: Socket, awayUntil: number): ParticipantRecord {
  const { serverId, clientId } = record.socket ?? {};
  if (record.presence.state !== "online" || serverId !== socket.serverId || clientId !== socket.clientId) return record;
  return { ...record, socket: null, presence: { state: "away", until: awayUntil } };
}

/** The page of a seat was closed. The same record if it is not the participant's current one. */
export function closePage(record: ParticipantRecord, senderNonce: string, until: number): ParticipantRecord {
  const { presence, seat } = record;
  if (seat?.senderNonce !== senderNonce) return record;
  if (presence.state === "online") return { ...record, socket: null, presence: { state: "away", until } };
  return presence.state === "away" && presence.until > until ? { ...record, presence: { ...presence, until } } : record;
}

/**
 * Every connection was lost at once, with NATS: who was there is expected back until `until`, and no deadline is earlier,
 * since nobody could keep one meanwhile.
 */
export function strand(record: ParticipantRecord, until: number): ParticipantRecord {
  const { presence, pending } = record;
  const later = <T extends { until: number }>(deadline: T): T => ({
    ...deadline,
    until: Math.max(deadline.until, until),
  });
  const stranded = { ...record, socket: null, pending: pending && later(pending) };
  if (presence.state === "online") return { ...stranded, presence: { state: "away", until } };
  return "until" in presence ? { ...stranded, presence: later(presence) } : stranded;
}

/** What a passed deadline makes of the record; `null` where the person never connected and the record is to be removed. */
export function expire(record: ParticipantRecord, now: number): ParticipantRecord | null {
  const pending = record.pending !== null && record.pending.until <= now ? null : record.pending;
  const { presence } = record;
  const expired =
    presence.state === "gone" || ((presence.state === "joining" || presence.state === "away") && presence.until <= now);
  if (expired && record.seat === null && (record.resumableUntil === null || record.resumableUntil <= now)) return null;
  if (expired && presence.state !== "gone")
    return { ...record, hand: null, localRecording: null, pending, presence: { state: "gone" } };
  return pending === record.pending ? record : { ...record, pending };
}

/**
 * Lets somebody in who waited: a place is theirs to take with their resume token, and messages from now on. The
 * connection on which they waited is not theirs any more.
 */
export function admit(
  record: ParticipantRecord,
  { joinedAtSequence, until }: { joinedAtSequence: number; until: number },
): ParticipantRecord {
  const presence = { state: "joining", until } as const;
  return { ...record, waiting: false, joinedAt: Date.now(), joinedAtSequence, presence, socket: null };
}

/**
 * The same person, role, locks and resume tokens in the session that replaced theirs, where they have not connected yet:
 * no secret and no media identity of the old session is known in the new one.
 */
export function moveTo(
  record: ParticipantRecord,
  sessionId: string,
  { until, resumableUntil }: { until: number; resumableUntil: number | null },
): ParticipantRecord {
  return {
    ...record,
    sessionId,
    hand: null,
    stays: 0,
    consents: {},
    localRecording: null,
    joinedAtSequence: 0,
    membership: [],
    presence: isPresent(record) ? { state: "joining", until } : { state: "gone" },
    seat: null,
    socket: null,
    granted: null,
    pending: null,
    resumableUntil,
  };
}

/** Leaves for good. That there was somebody is all that stays. */
export function forgetPerson(record: ParticipantRecord): ParticipantRecord {
  return {
    ...record,
    userId: "",
    name: "",
    metadata: "{}",
    hand: null,
    consents: {},
    localRecording: null,
    membership: [],
    presence: { state: "left" },
    seat: null,
    socket: null,
    granted: null,
    pending: null,
    resume: null,
  };
}
