import { z, ZodObject, type ZodType } from "zod";
import { lockSettingsSchema, roomFeaturesSchema } from "../roomFeatures.ts";
import {
  analyticsIdRequestSchema,
  eraseUserRequestSchema,
  fetchAnalyticsRequestSchema,
  fetchAnalyticsResultSchema,
} from "./analytics.ts";
import {
  artifactIdRequestSchema,
  artifactInfoSchema,
  fetchArtifactsRequestSchema,
  fetchArtifactsResultSchema,
  fetchPastRoomsRequestSchema,
  fetchPastRoomsResultSchema,
  pastRoomInfoSchema,
} from "./artifacts.ts";
import { broadcastRequestSchema } from "./broadcast.ts";
import { clientFilesSchema } from "./clientFiles.ts";
import {
  activeRoomInfoSchema,
  activeRoomSchema,
  createRoomRequestSchema,
  joinTokenRequestSchema,
  roomIdRequestSchema,
} from "./rooms.ts";
import {
  fetchRecordingsRequestSchema,
  fetchRecordingsResultSchema,
  mergeRecordingsRequestSchema,
  recordIdRequestSchema,
  recordingInfoSchema,
  updateRecordingMetadataRequestSchema,
} from "./recordings.ts";
import { int64Schema } from "./wireObject.ts";
import { resendWebhooksRequestSchema, undeliveredRequestSchema, undeliveredWebhookSchema } from "./webhooks.ts";

/** One endpoint of the management API. */
export interface ManagementOperation {
  summary: string;
  /** After `canonicalObject`; camelCase and the old names of fields are accepted as well. */
  request: ZodType;
  /** A successful answer whole. SDK 2.x throws at any field that is not in it. */
  answer: ZodObject;
}

/** The same fields, none of which has to be there. */
function optionalFields({ shape }: ZodObject): ZodObject {
  const fields = Object.entries(shape).map(([name, field]) => {
    const described = field instanceof ZodObject ? optionalFields(field) : (field as ZodType);
    return [name, described.optional()] as const;
  });
  return z.object(Object.fromEntries(fields));
}

/** With names for the flags, which are merged rather than parsed. */
const describedCreateRoomRequestSchema = createRoomRequestSchema.extend({
  metadata: createRoomRequestSchema.shape.metadata.extend({
    room_features: optionalFields(roomFeaturesSchema),
    default_lock_settings: optionalFields(lockSettingsSchema),
  }),
});

const answer = (fields: Record<string, ZodType>): ZodObject =>
  z.strictObject({ status: z.literal(true), msg: z.string(), status_code: z.literal("SUCCESS"), ...fields });

/** Every endpoint below `/auth`, by path: what the reference for programs (OpenAPI) is made of, and what tests hold answers to. */
export const managementOperations: Record<string, ManagementOperation> = {
  "/room/create": {
    summary: "Makes a room; one that is active already is answered as it is, and new settings are ignored.",
    request: describedCreateRoomRequestSchema,
    answer: answer({ room_info: activeRoomInfoSchema }),
  },
  "/room/getJoinToken": {
    summary: "Makes a join token: for one person, good for ten minutes and one join.",
    request: joinTokenRequestSchema,
    answer: answer({ token: z.string() }),
  },
  "/room/isRoomActive": {
    summary: "Says whether a room is active.",
    request: roomIdRequestSchema,
    answer: answer({ is_active: z.boolean() }),
  },
  "/room/getActiveRoomInfo": {
    summary: "Describes an active room and who is in it.",
    request: roomIdRequestSchema,
    answer: answer({ room: activeRoomSchema }),
  },
  "/room/getActiveRoomsInfo": {
    summary: "Describes all active rooms of the client; NOT_FOUND where there is none.",
    request: z.object({}),
    answer: answer({ rooms: z.array(activeRoomSchema) }),
  },
  "/room/endRoom": {
    summary: "Ends a room's session; answers when its end was verified.",
    request: roomIdRequestSchema,
    answer: answer({}),
  },
  "/room/broadcastToRoom": {
    summary:
      "Shows a notice to the people who are in a room's meeting now; NOT_FOUND where nobody is there whom it is for.",
    request: broadcastRequestSchema,
    answer: answer({}),
  },
  "/room/fetchPastRooms": {
    summary: "Lists sessions that are over; NOT_FOUND where there is none.",
    request: fetchPastRoomsRequestSchema,
    answer: answer({ result: fetchPastRoomsResultSchema }),
  },
  "/artifact/fetch": {
    summary: "Lists what sessions left on purpose; NOT_FOUND where there is nothing.",
    request: fetchArtifactsRequestSchema,
    answer: answer({ result: fetchArtifactsResultSchema }),
  },
  "/artifact/info": {
    summary: "Describes an artifact and the session it is of.",
    request: artifactIdRequestSchema,
    answer: answer({ artifact_info: artifactInfoSchema, room_info: pastRoomInfoSchema.optional() }),
  },
  "/artifact/delete": {
    summary: "Deletes an artifact.",
    request: artifactIdRequestSchema,
    answer: answer({}),
  },
  "/artifact/getDownloadToken": {
    summary: "Makes a token for GET /download/artifact/{token}, good for five minutes.",
    request: artifactIdRequestSchema,
    answer: answer({ token: z.string() }),
  },
  "/webhook/fetchUndelivered": {
    summary: "Lists webhooks that were given up; for the installation's own client. NOT_FOUND where there is none.",
    request: undeliveredRequestSchema,
    answer: answer({ webhooks_list: z.array(undeliveredWebhookSchema) }),
  },
  "/webhook/resend": {
    summary: "Attempts again what was given up; for the installation's own client.",
    request: resendWebhooksRequestSchema,
    answer: answer({ resent: z.int() }),
  },
  "/recording/fetch": {
    summary: "Lists recordings; NOT_FOUND where there are none.",
    request: fetchRecordingsRequestSchema,
    answer: answer({ result: fetchRecordingsResultSchema }),
  },
  "/recording/info": {
    summary: "Describes a recording, and the session that it is of.",
    request: recordIdRequestSchema,
    answer: answer({ recording_info: recordingInfoSchema, room_info: pastRoomInfoSchema.optional() }),
  },
  "/recording/updateMetadata": {
    summary: "Changes title, description or further texts of a recording.",
    request: updateRecordingMetadataRequestSchema,
    answer: answer({}),
  },
  "/recording/delete": {
    summary: "Deletes a recording, the file first.",
    request: recordIdRequestSchema,
    answer: answer({}),
  },
  "/recording/getDownloadToken": {
    summary: "Makes a token for GET /download/recording/{token}, good for five minutes.",
    request: recordIdRequestSchema,
    answer: answer({ token: z.string() }),
  },
  "/recording/mergeRecordings": {
    summary: "Makes one recording of several of one room, which stay.",
    request: mergeRecordingsRequestSchema,
    answer: answer({ record_id: z.string() }),
  },
  "/analytics/fetch": {
    summary: "Lists attendance statistics; NOT_FOUND where there are none.",
    request: fetchAnalyticsRequestSchema,
    answer: answer({ result: fetchAnalyticsResultSchema }),
  },
  "/analytics/delete": {
    summary: "Deletes the statistics of one session.",
    request: analyticsIdRequestSchema,
    answer: answer({}),
  },
  "/analytics/getDownloadToken": {
    summary: "Makes a token for GET /download/analytics/{token}, good for five minutes.",
    request: analyticsIdRequestSchema,
    answer: answer({ token: z.string() }),
  },
  "/analytics/eraseUser": {
    summary:
      "Erases one person from all statistics, of running sessions too, and from webhooks that were not delivered.",
    request: eraseUserRequestSchema,
    answer: answer({ files: int64Schema, sessions: int64Schema, webhooks: int64Schema }),
  },
  "/getClientFiles": {
    summary: "Names the scripts and style sheets of the page.",
    request: z.object({}),
    answer: answer(clientFilesSchema.shape),
  },
};
