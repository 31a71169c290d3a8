import {
  consentsSchema,
  lockNames,
  lockSettingsSchema,
  mediaIdentity,
  permissionsSchema,
  serviceKindSchema,
  type RosterEntry,
  type WaitingEntry,
} from "@sotto/protocol";
import { z } from "zod";
import { membershipSchema } from "./membership.ts";

const seatSchema = z.object({
  /** SHA-256 of the connection secret. */
  secretHash: z.string(),
  inboxPrefix: z.string(),
  senderNonce: z.string(),
  /** Runs of services that its page keeps its person's media from, unless they agree. */
  guards: z.array(z.string()).default([]),
});
/** What one answer of `POST /api/join` gave to one page. */
export type Seat = z.infer<typeof seatSchema>;

const socketSchema = z.object({ serverId: z.string(), clientId: z.int() });
export type Socket = z.infer<typeof socketSchema>;

/**
 * - `joining`: a seat was handed out; nobody has connected with it yet.
 * - `online`, `away`: on the list of people, connected or expected back.
 * - `gone`: off the list; may come back with the resume token.
 * - `left`: left for good; what is known about the person is forgotten, only that there was one stays until the end.
 */
const presenceSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("joining"), until: z.int() }),
  z.object({ state: z.literal("online") }),
  z.object({ state: z.literal("away"), until: z.int() }),
  z.object({ state: z.literal("gone") }),
  z.object({ state: z.literal("left") }),
]);

/** One person in one session. Kept in the KV bucket `participants` under `<session id>.<participant id>`. */
export const participantRecordSchema = z.object({
  participantId: z.string(),
  sessionId: z.string(),
  roomId: z.string(),
  /** The integrator's id of this person. */
  userId: z.string(),
  name: z.string(),
  role: z.enum(["host", "participant"]),
  hidden: z.boolean(),
  /** What this is, if it is no person, and the run it is here for; only the control plane makes one. */
  service: z.object({ kind: serviceKindSchema, jobId: z.string() }).nullable().default(null),
  /** In the waiting room: nothing of the session is theirs yet. Stays true for somebody who left it without being let in. */
  waiting: z.boolean(),
  /** Who sees this person while they are no host; as the room's `allow_view_other_users_list` has it. */
  seenBy: z.enum(["everybody", "hosts"]),
  locks: lockSettingsSchema,
  /** The room's newest order about locks that {@link locks} follows, see `RoomRecord.lockTurns`. */
  lockTurn: z.int(),
  /** Since when the hand is raised; null while it is down. */
  hand: z.int().nullable(),
  consents: consentsSchema.default({}),
  /** Since when they record on their own device. */
  localRecording: z.int().nullable().default(null),
  /** Whether this person is in the session's statistics: there are some, and they agreed. */
  inAnalytics: z.boolean().default(false),
  /** What the integrator attached to this person, as JSON text. */
  metadata: z.string(),
  /** When they came in, or began to wait. */
  joinedAt: z.int(),
  /** How often they came in: at first, and again after they were given up. Waiting does not count. */
  stays: z.int().default(0),
  /** The newest message when this person joined: older ones are not theirs to read. */
  joinedAtSequence: z.int(),
  /** The epochs of the session's keys that are this person's to have. */
  membership: membershipSchema,
  presence: presenceSchema,
  /** The seat whose secret was used; the only one whose page is on the list of people. */
  seat: seatSchema.nullable(),
  socket: socketSchema.nullable(),
  /** What the newest connection to NATS was let in with; null from the moment that is not what they may do any more. */
  granted: permissionsSchema.nullable(),
  /** A newer seat that nobody has connected with yet. */
  pending: z.object({ seat: seatSchema, until: z.int() }).nullable(),
  /**
   * Until when somebody who has never connected may come back after the seat's deadline; null where that is not at all.
   * In rooms with a passphrase, where trying another one can take longer than a seat is kept. It is put off for those who
   * wait for the session to be opened.
   */
  resumableUntil: z.int().nullable(),
  /** Hashes of resume tokens: the newest one, and the one it replaced while the newest is unconfirmed. */
  resume: z.object({ current: z.string(), previous: z.string().nullable(), spent: z.string().nullable() }).nullable(),
});
export type ParticipantRecord = z.infer<typeof participantRecordSchema>;

export function participantKey(sessionId: string, participantId: string): string {
  return `${sessionId}.${participantId}`;
}

/** Whether the person is there, or about to be; in the session or waiting for it. */
export function isPresent({ presence }: ParticipantRecord): boolean {
  return presence.state === "joining" || presence.state === "online" || presence.state === "away";
}

/** Whether a person is in the session: connected, or expected back. */
export function isThere({ presence, service, waiting }: ParticipantRecord): boolean {
  return service === null && !waiting && (presence.state === "online" || presence.state === "away");
}

/** Whether a person was in the session at some time, and did more than wait: connected at least once. */
export function hasBeenThere({ presence, seat, service, waiting }: ParticipantRecord): boolean {
  return service === null && !waiting && (seat !== null || presence.state === "left");
}

/** Whether somebody is in the session, person or service, or about to be. */
export function isInside(record: ParticipantRecord): boolean {
  return isPresent(record) && !record.waiting;
}

/** Whether this is a person, who takes up one of the session's places. */
export function takesPlace(record: ParticipantRecord): boolean {
  return isInside(record) && record.service === null;
}

/** What hosts see of somebody who waits, or null where nobody does. */
export function waitingEntryOf(record: ParticipantRecord, revision: number): WaitingEntry | null {
  const { presence, participantId, name, joinedAt, waiting } = record;
  if (!waiting || (presence.state !== "online" && presence.state !== "away")) return null;
  return { participantId, name, since: joinedAt, revision };
}

/** What the others see of a person, or null while there is nothing to see. */
export function rosterEntryOf(record: ParticipantRecord, revision: number): RosterEntry | null {
  const { presence, seat, participantId, name, role, joinedAt, hidden, waiting, hand } = record;
  const { service, consents, localRecording } = record;
  if (hidden || waiting || seat === null || (presence.state !== "online" && presence.state !== "away")) return null;
  const identity = mediaIdentity(participantId, seat.senderNonce);
  const locks = lockNames.filter((lock) => record.locks[lock]);
  const person = { participantId, identity, name, role, connection: presence.state, joinedAt, hand, locks };
  return { ...person, service: service?.kind ?? null, consents, localRecording, revision };
}

/** Whether everybody in the session sees this person. */
export function isSeenByAll({ role, seenBy, service }: ParticipantRecord): boolean {
  return role === "host" || seenBy === "everybody" || service !== null;
}

/** Whether somebody in the session sees another one. */
export function maySee(viewer: ParticipantRecord, other: ParticipantRecord): boolean {
  if (rosterEntryOf(other, 0) === null) return false;
  return viewer.role === "host" || isSeenByAll(other) || viewer.participantId === other.participantId;
}

/** The media identities of a person's pages, proven or not. */
export function identitiesOf({ participantId, seat, pending }: ParticipantRecord): string[] {
  return [seat, pending?.seat].flatMap((each) => (each ? [mediaIdentity(participantId, each.senderNonce)] : []));
}
