import { z } from "zod";
import { participantIdSchema } from "./ids.ts";
import { permissionsSchema } from "./join.ts";
import { lockSettingsSchema, type LockSettings } from "./roomFeatures.ts";
import { serviceStatesSchema } from "./services.ts";

/** Every lock setting by its name. */
export const lockNames = Object.keys(lockSettingsSchema.shape) as (keyof LockSettings)[];
export const lockNameSchema = z.enum(lockNames);
export type LockName = keyof LockSettings;

/** What a host may have stop. The sound of a screen share stops with its picture. */
export const stoppableSources = ["microphone", "camera", "screen_share"] as const;
const stoppableSourceSchema = z.enum(stoppableSources);
export type StoppableSource = z.infer<typeof stoppableSourceSchema>;

const person = participantIdSchema;
/** One person, or everybody but the hosts. */
const personOrAll = participantIdSchema.nullable();

/**
 * rpc `moderate`, for hosts. What it changes is enforced by nats-server and the SFU before it is answered.
 *
 * - `ask-to-unmute`: `to.<pid>.asked`; switches nothing on.
 * - `stop`: microphone and camera are muted by the SFU, which their owner may undo unless there is a lock; a screen share
 *   is unpublished.
 * - `remove`: the person is out. `ban`: nobody with that user id comes in again in this session. A guest has no user id
 *   that they could not change: there a ban also puts the waiting room on.
 * - `set-role`: `not_allowed` for the last host.
 * - `lock`: for one person; for null, for everybody but the hosts, and for whoever comes later.
 * - `spotlight`: who is shown large to everybody; null for nobody.
 * - `lower-hand`: null lowers all.
 * - `waiting-room`: whether people who come from now on wait until a host lets them in.
 */
export const moderateRequestSchema = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("ask-to-unmute"),
    participantId: person,
    source: z.enum(["microphone", "camera"]),
  }),
  z.strictObject({ action: z.literal("stop"), participantId: personOrAll, source: stoppableSourceSchema }),
  z.strictObject({ action: z.literal("remove"), participantId: person, ban: z.boolean() }),
  z.strictObject({ action: z.literal("set-role"), participantId: person, role: z.enum(["host", "participant"]) }),
  z.strictObject({ action: z.literal("lock"), participantId: personOrAll, lock: lockNameSchema, locked: z.boolean() }),
  z.strictObject({ action: z.literal("spotlight"), participantId: personOrAll }),
  z.strictObject({ action: z.literal("lower-hand"), participantId: personOrAll }),
  z.strictObject({ action: z.literal("waiting-room"), active: z.boolean() }),
]);
export type ModerateRequest = z.infer<typeof moderateRequestSchema>;

/** `m.<sid>.to.<pid>.asked`: a host asks the receiver to switch something on. */
export const askedEventSchema = z.object({
  source: z.enum(["microphone", "camera"]),
  /** The host. */
  by: participantIdSchema,
});
export type AskedEvent = z.infer<typeof askedEventSchema>;

/**
 * What the room decides for everybody. `m.<sid>.state.room` and part of the snapshot; an older revision never replaces a
 * newer one.
 *
 * - `locks`: what is locked for whoever comes from now on; each person's own stand in their roster entry.
 * - `spotlight`: a participant id, or null.
 * - `waitingRoom`: whether people who come now wait.
 * - `recording`, `transcription`: how it stands with them.
 */
export const roomStateSchema = serviceStatesSchema.extend({
  revision: z.int(),
  locks: lockSettingsSchema,
  spotlight: participantIdSchema.nullable(),
  waitingRoom: z.boolean(),
});
export type RoomState = z.infer<typeof roomStateSchema>;

/**
 * `m.<sid>.to.<pid>.standing` and part of the snapshot: what the receiver is and may do from now on. When it changes, the
 * connection to NATS is closed by the server; the next one has the new rights. `revision` is that of the roster entry.
 */
export const standingSchema = z.object({
  revision: z.int(),
  role: z.enum(["host", "participant"]),
  permissions: permissionsSchema,
});
export type Standing = z.infer<typeof standingSchema>;
