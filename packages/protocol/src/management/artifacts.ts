import { z } from "zod";
import { roomIdSchema, sessionIdSchema } from "../ids.ts";
import { int64Schema, wireInteger } from "./wireObject.ts";

const defaultLimit = 20;
const maxLimit = 100;

/** How `fetch` requests of every list are paged. A limit of 0 is none given; above 100 there are 100. */
export const fetchPageSchema = {
  room_ids: z.array(roomIdSchema).max(1_000).default([]),
  from: wireInteger.default(0),
  limit: wireInteger.default(0).transform((limit) => Math.min(limit || defaultLimit, maxLimit)),
  order_by: z
    .enum(["", "ASC", "DESC"], "order_by is ASC or DESC")
    .default("")
    .transform((order) => order || "DESC"),
};

/** `POST /auth/room/fetchPastRooms`, after `canonicalObject`. No `room_ids`: of every room. */
export const fetchPastRoomsRequestSchema = z.object(fetchPageSchema);
export type FetchPastRoomsRequest = z.infer<typeof fetchPastRoomsRequestSchema>;

/**
 * One past session. Times as `2026-11-24 20:05:00`, in UTC. Sessions that replaced one another in a room with a
 * passphrase are rows of their own. `analytics_file_id`: of its statistics, where there are some.
 */
export const pastRoomInfoSchema = z.strictObject({
  room_title: z.string(),
  room_id: z.string(),
  room_sid: z.string(),
  joined_participants: int64Schema,
  webhook_url: z.string(),
  created: z.string(),
  ended: z.string(),
  analytics_file_id: z.string().optional(),
});
export type PastRoomInfo = z.infer<typeof pastRoomInfoSchema>;

export const fetchPastRoomsResultSchema = z.strictObject({
  total_rooms: int64Schema,
  from: z.int(),
  limit: z.int(),
  order_by: z.string(),
  rooms_list: z.array(pastRoomInfoSchema),
});
export type FetchPastRoomsResult = z.infer<typeof fetchPastRoomsResultSchema>;

/**
 * The types of artifacts that the SDKs know have no data receipt and no statistics among them, and of a name that they do
 * not know SDK 2.x throws: ours go by the list's own name for what is none of it. `metadata.file_info.mime_type` tells
 * them apart.
 */
export const artifactType = "UNKNOWN_ARTIFACT";
/** Number of {@link artifactType} in protobuf, which its JSON mapping may send instead of the name. */
const artifactTypeNumber = 0;
/** Of a transcript. */
export const transcriptMimeType = "text/vtt";
export const receiptMimeType = "application/vnd.sotto.data-receipt+json";

/** `POST /auth/artifact/fetch`, after `canonicalObject`. `room_sid`: of one session only; then `room_ids` is not looked at. */
export const fetchArtifactsRequestSchema = z.object({
  ...fetchPageSchema,
  room_sid: z.literal("").or(sessionIdSchema).default(""),
  type: z
    .union([z.string().max(64), z.int().transform((number) => (number === artifactTypeNumber ? artifactType : ""))])
    .optional(),
});
export type FetchArtifactsRequest = z.infer<typeof fetchArtifactsRequestSchema>;

/** `POST /auth/artifact/info`, `delete`, `getDownloadToken`. */
export const artifactIdRequestSchema = z.object({ artifact_id: z.uuid("artifact_id must be the id of an artifact") });

/** One artifact. `created` in RFC 3339. */
export const artifactInfoSchema = z.strictObject({
  artifact_id: z.string(),
  room_id: z.string(),
  type: z.literal(artifactType),
  created: z.string(),
  metadata: z.strictObject({
    file_info: z.strictObject({ file_path: z.string(), file_size: int64Schema, mime_type: z.string() }),
  }),
});
export type ArtifactInfo = z.infer<typeof artifactInfoSchema>;

export const fetchArtifactsResultSchema = z.strictObject({
  total_artifacts: int64Schema,
  from: int64Schema,
  limit: int64Schema,
  order_by: z.string(),
  type: z.string().optional(),
  artifacts_list: z.array(artifactInfoSchema),
});
export type FetchArtifactsResult = z.infer<typeof fetchArtifactsResultSchema>;
