import { z } from "zod";
import { roomIdSchema } from "../ids.ts";
import { personNameSchema } from "../join.ts";
import { extraDataSchema, wireInteger } from "./wireObject.ts";

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

/** `room_info`, in protobuf's JSON: 64-bit integers as strings, flags of running things as 0 and 1. */
export interface ActiveRoomInfo {
  room_title: string;
  room_id: string;
  sid: string;
  joined_participants: string;
  is_running: 0 | 1;
  is_recording: 0 | 1;
  is_active_rtmp: 0 | 1;
  webhook_url: string;
  is_breakout_room: 0 | 1;
  parent_room_id: string;
  creation_time: string;
  metadata: string;
}

/** One of `participants_info`, in the shape of LiveKit's ParticipantInfo. `identity` is the integrator's user id. */
export interface ActiveParticipantInfo {
  sid: string;
  identity: string;
  state: "JOINING" | "ACTIVE" | "DISCONNECTED";
  /** LiveKit's TrackInfo, in protobuf's JSON. */
  tracks: unknown[];
  metadata: string;
  joined_at: string;
  name: string;
  version: number;
  permission: {
    can_subscribe: boolean;
    can_publish: boolean;
    can_publish_data: boolean;
    can_publish_sources: string[];
    hidden: boolean;
    recorder: boolean;
    can_update_metadata: boolean;
    agent: boolean;
  };
  region: string;
  is_publisher: boolean;
}

/** One of `rooms`. */
export interface ActiveRoom {
  room_info: ActiveRoomInfo;
  participants_info: ActiveParticipantInfo[];
}
