import { z } from "zod";
import { roomIdSchema, sessionIdSchema } from "../ids.ts";
import { wireInteger } from "./wireObject.ts";

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
export interface PastRoomInfo {
  room_title: string;
  room_id: string;
  room_sid: string;
  joined_participants: string;
  webhook_url: string;
  created: string;
  ended: string;
  analytics_file_id?: string;
}

export interface FetchPastRoomsResult {
  total_rooms: string;
  from: number;
  limit: number;
  order_by: string;
  rooms_list: PastRoomInfo[];
}

/**
 * The types of artifacts that the SDKs know have no data receipt and no statistics among them, and of a name that they do
 * not know SDK 2.x throws: ours go by the list's own name for what is none of it. `metadata.file_info.mime_type` tells
 * them apart.
 */
export const artifactType = "UNKNOWN_ARTIFACT";
/** Number of {@link artifactType} in protobuf, which its JSON mapping may send instead of the name. */
const artifactTypeNumber = 0;
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
export interface ArtifactInfo {
  artifact_id: string;
  room_id: string;
  type: typeof artifactType;
  created: string;
  metadata: { file_info: { file_path: string; file_size: string; mime_type: string } };
}

export interface FetchArtifactsResult {
  total_artifacts: string;
  from: string;
  limit: string;
  order_by: string;
  type?: string;
  artifacts_list: ArtifactInfo[];
}
