import {
  fetchRecordingsRequestSchema,
  mergeRecordingsRequestSchema,
  recordIdRequestSchema,
  updateRecordingMetadataRequestSchema,
  type FetchRecordingsResult,
  type RecordingInfo,
  type RecordingInfoAnswer,
} from "@sotto/protocol";
import type { ApiClient } from "../../clients/ApiClient.ts";
import type { Context } from "../../context.ts";
import { findProgram } from "../../platform/engines/findProgram.ts";
import { mergeRecordings } from "../../recordings/mergeRecordings.ts";
import type { Recording } from "../../recordings/Recordings.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";
import { pastRoomInfo } from "./pastRooms.ts";

const megabyteBytes = 1_000_000;
const maxParts = 100;

/** `/recording/fetch` */
export const fetchRecordings: Endpoint = async (
  { recordings },
  request,
  { id: owner },
): Promise<{ result: FetchRecordingsResult }> => {
  const { room_ids: roomIds, room_sid, from, limit, order_by } = fetchRecordingsRequestSchema.parse(request);
  const query = { owner, roomIds, sessionId: room_sid || null, from, limit, newestFirst: order_by === "DESC" };
  const { total, rows } = await recordings.list(query);
  if (rows.length === 0) throw ManagementError.notFound("no recording was found");
  return {
    result: { total_recordings: String(total), from, limit, order_by, recordings_list: rows.map(recordingInfo) },
  };
};

/** `/recording/info` */
export const getRecordingInfo: Endpoint = async (context, request, client): Promise<RecordingInfoAnswer> => {
  const recording = await recordingOf(context, request, client);
  const session = await context.pastSessions.find(recording.sessionId);
  return { recording_info: recordingInfo(recording), ...(session !== null && { room_info: pastRoomInfo(session) }) };
};

/** `/recording/updateMetadata` */
export const updateRecordingMetadata: Endpoint = async (context, request, client) => {
  const { metadata: given } = updateRecordingMetadataRequestSchema.parse(request);
  const { recordingId, metadata } = await recordingOf(context, request, client);
  const { title = metadata.title, description = metadata.description, extra_data = {} } = given;
  const all = Object.entries({ ...metadata.extraData, ...extra_data });
  const extraData = Object.fromEntries(all.filter(([, value]) => value !== ""));
  await context.recordings.setMetadata(recordingId, { title, description, extraData });
  return {};
};

/** `/recording/delete`: the file first. */
export const deleteRecording: Endpoint = async (context, request, client) => {
  await context.recordings.delete(await recordingOf(context, request, client));
  return {};
};

/** `/recording/mergeRecordings`: one file of several, which stay. */
export const mergeRecordingFiles: Endpoint = async (
  { config, recordings },
  request,
  { id: owner },
): Promise<{ record_id: string }> => {
  const { by_session, by_ids } = mergeRecordingsRequestSchema.parse(request);
  const all = {
    owner,
    roomIds: [],
    sessionId: by_session?.room_sid ?? null,
    from: 0,
    limit: maxParts,
    newestFirst: false,
  };
  const named = await Promise.all((by_ids?.record_ids ?? []).map((id) => recordings.find(id)));
  const parts = by_session
    ? (await recordings.list(all)).rows
    : named.flatMap((recording) => (recording?.owner === owner ? recording : []));
  const sizes = await Promise.all(parts.map(({ fileName }) => recordings.files.sizeBytes(fileName)));
  if (parts.length < Math.max(2, named.length) || sizes.includes(null))
    throw ManagementError.notFound("there are no such recordings to merge");
  if (new Set(parts.map(({ roomId }) => roomId)).size > 1)
    throw ManagementError.parameters("only recordings of one room are merged");
  if (parts.some(({ fileName }) => !fileName.endsWith(".mp4")))
    throw ManagementError.parameters("recordings that are encrypted to their owner can only be merged by their owner");
  const { ffmpeg = findProgram(["ffmpeg"]), dir } = config.recording;
  if (ffmpeg === undefined) throw ManagementError.parameters("there is no ffmpeg on this node of the installation");
  const inOrder = parts.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  return { record_id: await mergeRecordings(inOrder, { recordings, dir, ffmpeg }) };
};

/** `/recording/getDownloadToken`: for `GET /download/recording/<token>`, for five minutes. */
export function recordingDownloadToken(tokens: ArtifactTokens): Endpoint {
  return async (context, request, client): Promise<{ token: string }> => {
    const { recordingId } = await recordingOf(context, request, client);
    return { token: tokens.issue(recordingId) };
  };
}

async function recordingOf({ recordings }: Context, request: unknown, client: ApiClient): Promise<Recording> {
  const { record_id } = recordIdRequestSchema.parse(request);
  const recording = await recordings.find(record_id);
  if (recording === null || recording.owner !== client.id) throw ManagementError.notFound("there is no such recording");
  return recording;
}

function recordingInfo(recording: Recording): RecordingInfo {
  const { recordingId, roomId, sessionId, fileName, sizeBytes, startedAt, roomCreatedAt, metadata } = recording;
  const { title, description, extraData } = metadata;
  const isDescribed = title !== "" || description !== "" || Object.keys(extraData).length > 0;
  return {
    record_id: recordingId,
    room_id: roomId,
    room_sid: sessionId,
    file_path: fileName,
    file_size: Math.round((sizeBytes / megabyteBytes) * 100) / 100,
    creation_time: unixSeconds(startedAt),
    room_creation_time: unixSeconds(roomCreatedAt),
    ...(isDescribed && { metadata: { title, description, extra_data: extraData } }),
  };
}

function unixSeconds(time: Date): string {
  return String(Math.floor(time.getTime() / 1000));
}
