import { z } from "zod";
import { activeParticipantInfoSchema, activeTrackSchema } from "./management/rooms.ts";

/**
 * What integrators are told of meetings: `POST` to the room's `webhook_url` and to the installation's own addresses, in
 * the shape of plugNmeet's `CommonNotifyEvent` as protobuf writes it in JSON: its names, 64-bit integers as text, nothing
 * where there is nothing to say. `docs/webhooks.md` says how to check where a body is from.
 */

/** Every kind of event. */
export const webhookEvents = [
  "room_created",
  "room_started",
  "session_ended",
  "room_finished",
  "participant_joined",
  "participant_left",
  "track_published",
  "track_unpublished",
  "start_recording",
  "end_recording",
  "recording_proceeded",
  "start_rtmp",
  "end_rtmp",
  "artifact_created",
  "analytics_proceeded",
] as const;
export type WebhookEventName = (typeof webhookEvents)[number];

const int64 = z.string().regex(/^\d+$/);
const uint32 = z.int().min(0);

/** The body of every webhook. */
export const webhookBodySchema = z.strictObject({
  event: z.enum(webhookEvents),
  /** The same each time the event is delivered: who has seen it has seen the event. */
  id: z.uuid(),
  /** Unix seconds. */
  created_at: int64,
  room: z.strictObject({
    /** The session; a restart gives the room another one. */
    sid: z.string(),
    room_id: z.string(),
    /** Seconds. */
    empty_timeout: uint32,
    /** 0 is unlimited. */
    max_participants: uint32,
    /** Unix seconds. */
    creation_time: int64,
    enabled_codecs: z.array(z.unknown()),
    /** JSON, as `room/create` answers it, without the room's `webhook_url`. */
    metadata: z.string(),
    num_participants: uint32,
  }),
  /** With `participant_*` and `track_*`. */
  participant: activeParticipantInfoSchema.optional(),
  /** With `track_*`: LiveKit's `TrackInfo`. */
  track: activeTrackSchema.optional(),
  /** With `*_recording`, `recording_proceeded` and `*_rtmp`. */
  recording_info: z
    .strictObject({
      record_id: z.string(),
      recorder_id: z.string(),
      recorder_msg: z.string(),
      file_path: z.string().optional(),
      /** Megabytes, as in the list of recordings. */
      file_size: z.number().optional(),
    })
    .optional(),
  /** With `analytics_proceeded`. */
  analytics: z.strictObject({ file_id: z.string() }).optional(),
  /** With `artifact_created`; `metadata` as in `/artifact/info`. */
  room_artifact: z.strictObject({ type: z.string(), artifact_id: z.string(), metadata: z.looseObject({}) }).optional(),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
