import { z } from "zod";
import { sessionIdSchema } from "../ids.ts";
import { fetchPastRoomsRequestSchema, type PastRoomInfo } from "./artifacts.ts";

/** `POST /auth/recording/fetch`, after `canonicalObject`. `room_sid`: of one session only. */
export const fetchRecordingsRequestSchema = fetchPastRoomsRequestSchema.extend({
  room_sid: z.literal("").or(sessionIdSchema).default(""),
});

const recordId = z.uuid("record_id must be the id of a recording");

/** `POST /auth/recording/info`, `delete`, `getDownloadToken`. */
export const recordIdRequestSchema = z.object({ record_id: recordId });

/**
 * `POST /auth/recording/updateMetadata`. What is not named stays as it is; an empty text removes an entry of `extra_data`.
 */
export const updateRecordingMetadataRequestSchema = z.object({
  record_id: recordId,
  metadata: z.object({
    title: z.string().max(255, "title has at most 255 characters").optional(),
    description: z.string().max(4096, "description has at most 4096 characters").optional(),
    extra_data: z
      .record(z.string().min(1).max(128), z.string().max(2048))
      .refine((data) => Object.keys(data).length <= 64, "extra_data has at most 64 entries")
      .optional(),
  }),
});

/**
 * `POST /auth/recording/mergeRecordings`: the recordings of one session, or these, in the order of their beginnings.
 * Answered when they are one file; `record_id` is its id.
 */
export const mergeRecordingsRequestSchema = z
  .object({
    by_session: z.object({ room_sid: sessionIdSchema }).optional(),
    by_ids: z.object({ record_ids: z.array(recordId).min(2).max(100) }).optional(),
  })
  .refine(
    ({ by_session, by_ids }) => (by_session === undefined) !== (by_ids === undefined),
    "say either by_session or by_ids",
  );

/**
 * One recording. `file_size` in megabytes, with two digits; `creation_time` and `room_creation_time` in Unix seconds.
 * `metadata`: where an integrator gave it one.
 */
export const recordingInfoSchema = z.strictObject({
  record_id: recordId,
  room_id: z.string(),
  room_sid: z.string(),
  file_path: z.string(),
  file_size: z.number(),
  creation_time: z.string(),
  room_creation_time: z.string(),
  metadata: z
    .strictObject({ title: z.string(), description: z.string(), extra_data: z.record(z.string(), z.string()) })
    .optional(),
});
export type RecordingInfo = z.infer<typeof recordingInfoSchema>;

export const fetchRecordingsResultSchema = z.strictObject({
  total_recordings: z.string(),
  from: z.int(),
  limit: z.int(),
  order_by: z.string(),
  recordings_list: z.array(recordingInfoSchema),
});
export type FetchRecordingsResult = z.infer<typeof fetchRecordingsResultSchema>;

export interface RecordingInfoAnswer {
  recording_info: RecordingInfo;
  room_info?: PastRoomInfo;
}
