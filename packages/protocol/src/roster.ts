import { z } from "zod";
import { participantIdSchema } from "./ids.ts";
import { lockNameSchema, roomStateSchema, standingSchema } from "./moderation.ts";
import { consentsSchema, serviceKindSchema } from "./services.ts";
import { waitingEntrySchema } from "./waiting.ts";

/**
 * One person as the others see them. Names and roles are asserted by the server (the threat model says so).
 *
 * - `identity`: the media identity of the participant's current page, `pid.senderNonce`; anything the SFU attributes to
 *   an identity that is not in the roster is ignored.
 * - `hand`: when the hand was raised, in Unix milliseconds; hands are called up in this order. Null while it is down.
 * - `locks`: what is locked for this person; none of a host's counts.
 * - `connection`: `online`, or `away` while the participant's connection is lost and may come back.
 * - `service`: what it is, if it is no person: a recorder or a transcriber, which everybody sees.
 * - `consents`: what the person answered to being recorded or transcribed.
 * - `localRecording`: since when this person records the meeting on their own device, in Unix milliseconds, or null.
 * - `revision`: grows with every change of this entry; an older one never replaces a newer one.
 */
export const rosterEntrySchema = z.object({
  participantId: participantIdSchema,
  identity: z.string(),
  name: z.string(),
  role: z.enum(["host", "participant"]),
  connection: z.enum(["online", "away"]),
  /** Unix milliseconds. */
  joinedAt: z.int(),
  hand: z.int().nullable(),
  locks: z.array(lockNameSchema),
  service: serviceKindSchema.nullable(),
  consents: consentsSchema,
  localRecording: z.int().nullable(),
  revision: z.int(),
});
export type RosterEntry = z.infer<typeof rosterEntrySchema>;

/** Answer of rpc `snapshot`: the meeting as the caller may see it. `waiting`: who waits; null for whoever is no host. */
export const snapshotSchema = z.object({
  participants: z.array(rosterEntrySchema),
  room: roomStateSchema,
  standing: standingSchema,
  waiting: z.array(waitingEntrySchema).nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * `m.<sid>.state.participant`: an entry changed, or its participant is gone (`entry: null`). In rooms without
 * `allow_view_other_users_list`, what only hosts and the participant may see comes on `m.<sid>.host.participant` and
 * `m.<sid>.to.<pid>.participant` instead.
 */
export const participantEventSchema = z.object({
  participantId: participantIdSchema,
  revision: z.int(),
  entry: rosterEntrySchema.nullable(),
});
export type ParticipantEvent = z.infer<typeof participantEventSchema>;

export const endReasons = [
  "ended_by_host",
  "ended_by_api",
  "empty",
  "duration_over",
  "server_shutdown",
  "restarted",
] as const;
/** `m.<sid>.state.ended`: the session is over; every connection is closed right after. */
export const endedEventSchema = z.object({ reason: z.enum(endReasons) });
export type EndReason = (typeof endReasons)[number];

/** `m.<sid>.to.<pid>.dismissed`: why the receiver's connection is closed right after; `refused` to whoever waited. */
export const dismissedEventSchema = z.object({ reason: z.enum(["replaced", "removed", "refused"]) });
export type DismissedEvent = z.infer<typeof dismissedEventSchema>;
