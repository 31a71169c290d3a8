import { z } from "zod";
import { roomIdSchema } from "../ids.ts";
import { personNameSchema } from "../join.ts";
import { extraDataSchema, int64Schema, wireInteger } from "./wireObject.ts";

const fields = z.record(z.string(), z.unknown());
const text = (max: number, name: string) => z.string().max(max, `${name} has at most ${max} characters`);

/** Links that a page will follow or a server will call: http or https, nothing else. Empty means none. */
const link = (name: string) =>
  z
    .string()
    .max(2048)
    .refine((value) => value === "" || /^https?:\/\/[^\s]+$/i.test(value), `${name} must be an http or https address`);

/** `POST /auth/room/create`, after `canonicalObject`. `room_features` and locks are merged by `mergeFeatures.ts`. */
export const createRoomRequestSchema = z.object({
  room_id: roomIdSchema,
  empty_timeout: wireInteger.optional(),
  max_participants: wireInteger.optional(),
  metadata: z.object({
    room_title: z.string().min(1, "room_title is required").max(255, "room_title has at most 255 characters"),
    welcome_message: text(4096, "welcome_message").default(""),
    webhook_url: link("webhook_url").default(""),
    logout_url: link("logout_url").default(""),
    room_features: fields,
    default_lock_settings: fields.default({}),
    copyright_conf: z.object({ display: z.boolean().default(false), text: text(1024, "text").default("") }).optional(),
    extra_data: extraDataSchema.optional(),
  }),
});
export type CreateRoomRequest = z.infer<typeof createRoomRequestSchema>;

/** What an integrator attaches to a person; visible to that person in the token. */
export const userMetadataSchema = z.object({
  profile_pic: link("profile_pic").optional(),
  record_webcam: z.boolean().default(true),
  preferred_lang: text(35, "preferred_lang").optional(),
  ex_user_id: text(255, "ex_user_id").optional(),
  lock_settings: fields.optional(),
  extra_data: extraDataSchema.optional(),
});
export type UserMetadata = z.infer<typeof userMetadataSchema>;

/** `POST /auth/room/getJoinToken`, after `canonicalObject`. */
export const joinTokenRequestSchema = z.object({
  room_id: roomIdSchema,
  user_info: z.object({
    name: personNameSchema,
    user_id: z
      .string()
      .max(255, "user_id has at most 255 characters")
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, "user_id must not contain control characters")
      .default(""),
    is_admin: z.boolean().default(false),
    is_hidden: z.boolean().default(false),
    client_type: z.union([z.string().max(32), z.int()]).optional(),
    user_metadata: userMetadataSchema.prefault({}),
  }),
});
export type JoinTokenRequest = z.infer<typeof joinTokenRequestSchema>;

/** `isRoomActive`, `getActiveRoomInfo`, `endRoom`. */
export const roomIdRequestSchema = z.object({ room_id: roomIdSchema });

const runningSchema = z.union([z.literal(0), z.literal(1)]);

/** `room_info`, in protobuf's JSON: 64-bit integers as strings, flags of running things as 0 and 1. */
export const activeRoomInfoSchema = z.strictObject({
  room_title: z.string(),
  room_id: z.string(),
  sid: z.string(),
  joined_participants: int64Schema,
  is_running: runningSchema,
  is_recording: runningSchema,
  is_active_rtmp: runningSchema,
  webhook_url: z.string(),
  is_breakout_room: runningSchema,
  parent_room_id: z.string(),
  creation_time: int64Schema,
  metadata: z.string().describe("JSON: what the room was created with, completed by the defaults"),
});
export type ActiveRoomInfo = z.infer<typeof activeRoomInfoSchema>;

/** One of `tracks`: those fields of LiveKit's TrackInfo that every SDK knows. `source` and `type` are LiveKit's names. */
export const activeTrackSchema = z.strictObject({
  sid: z.string(),
  type: z.string(),
  source: z.string(),
  muted: z.boolean(),
  width: z.int(),
  height: z.int(),
  mime_type: z.string(),
});
export type ActiveTrack = z.infer<typeof activeTrackSchema>;

/** One of `participants_info`, in the shape of LiveKit's ParticipantInfo. `identity` is the integrator's user id. */
export const activeParticipantInfoSchema = z.strictObject({
  sid: z.string(),
  identity: z.string(),
  state: z.enum(["JOINING", "ACTIVE", "DISCONNECTED"]),
  tracks: z.array(activeTrackSchema),
  metadata: z
    .string()
    .describe("JSON: what was attached to the person, with is_admin and lock_settings as they are now"),
  joined_at: int64Schema.regex(/^\d+$/),
  name: z.string(),
  version: z.int().min(0),
  permission: z.strictObject({
    can_subscribe: z.boolean(),
    can_publish: z.boolean(),
    can_publish_data: z.boolean(),
    can_publish_sources: z.array(z.string()),
    hidden: z.boolean(),
    recorder: z.boolean(),
    can_update_metadata: z.boolean(),
    agent: z.boolean(),
  }),
  region: z.string(),
  is_publisher: z.boolean(),
});
export type ActiveParticipantInfo = z.infer<typeof activeParticipantInfoSchema>;

/** One of `rooms`. */
export const activeRoomSchema = z.strictObject({
  room_info: activeRoomInfoSchema,
  participants_info: z.array(activeParticipantInfoSchema),
});
export type ActiveRoom = z.infer<typeof activeRoomSchema>;
