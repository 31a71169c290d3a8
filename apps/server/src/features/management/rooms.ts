import { randomUUID } from "node:crypto";
import {
  createRoomRequestSchema,
  joinTokenRequestSchema,
  mergeLockSettings,
  mergeRoomFeatures,
  roomIdRequestSchema,
  type ActiveRoom,
  type ActiveRoomInfo,
} from "@sotto/protocol";
import type { ApiClient } from "../../clients/ApiClient.ts";
import { roomOwner, scopedRoomId } from "../../clients/roomScope.ts";
import type { Context } from "../../context.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";
import { activeRoom, peopleKnown, roomInfoOf } from "./roomInfo.ts";

const defaultEmptyTimeoutSeconds = 1800;
const minEmptyTimeoutSeconds = 120;

/** `/room/create`: an active room is answered as it is, and new settings are ignored. */
export const createRoom: Endpoint = async (
  context,
  request,
  client,
): Promise<{ msg: string; room_info: ActiveRoomInfo }> => {
  const { room_id, empty_timeout = 0, max_participants = 0, metadata } = createRoomRequestSchema.parse(request);
  const problem = context.webhooks.problemOf(metadata.webhook_url);
  if (problem !== null) throw ManagementError.parameters(`metadata.webhook_url: ${problem}`);
  const asked = mergeRoomFeatures(metadata.room_features);
  const features = { ...asked, enable_analytics: asked.enable_analytics && context.config.analytics.allowed };
  const { room, created } = await context.sessions.openRoom({
    roomId: scopedRoomId(client.id, room_id),
    origin: "api",
    title: metadata.room_title,
    welcomeMessage: metadata.welcome_message,
    logoutUrl: metadata.logout_url,
    webhookUrl: metadata.webhook_url,
    features,
    locks: mergeLockSettings(metadata.default_lock_settings),
    copyright: metadata.copyright_conf ?? { display: false, text: "" },
    extraData: metadata.extra_data ?? {},
    maxParticipants: max_participants,
    emptyTimeoutMs: (empty_timeout < minEmptyTimeoutSeconds ? defaultEmptyTimeoutSeconds : empty_timeout) * 1000,
  });
  if (created) return { msg: "success", room_info: roomInfoOf(room, 0) };
  return { msg: "room already exists", room_info: roomInfoOf(room, peopleKnown(context, room)) };
};

/** `/room/getJoinToken` */
export const getJoinToken: Endpoint = async ({ sessions, joinTokens }, request, client): Promise<{ token: string }> => {
  const { room_id, user_info } = joinTokenRequestSchema.parse(request);
  // Whether it is still there is asked when the token is used.
  const room = await sessions.roomAsKnown(scopedRoomId(client.id, room_id));
  if (room === null) throw ManagementError.roomNotFound();
  if (room.features.auto_gen_user_id) {
    user_info.user_metadata.ex_user_id ??= user_info.user_id;
    user_info.user_id = randomUUID();
  }
  if (user_info.user_id === "") throw ManagementError.parameters("user_info.user_id: a user_id is required");
  if (user_info.user_metadata.lock_settings) mergeLockSettings(user_info.user_metadata.lock_settings);
  if (user_info.is_admin && !user_info.is_hidden) await sessions.noteHost(room);
  return { token: joinTokens.issue(client, { room_id, ...user_info }) };
};

/** `/room/isRoomActive` */
export const isRoomActive: Endpoint = async (
  { sessions },
  request,
  client,
): Promise<{ msg: string; is_active: boolean }> => {
  const { room_id } = roomIdRequestSchema.parse(request);
  const active = (await sessions.room(scopedRoomId(client.id, room_id))) !== null;
  return { msg: active ? "room is active" : "room is not active", is_active: active };
};

/** `/room/getActiveRoomInfo` */
export const getActiveRoomInfo: Endpoint = async (context, request, client): Promise<{ room: ActiveRoom }> => {
  const { room_id } = roomIdRequestSchema.parse(request);
  return { room: await activeRoom(context, await activeRoomOf(context.sessions, client, room_id)) };
};

/** `/room/getActiveRoomsInfo` */
export const getActiveRoomsInfo: Endpoint = async (context, _request, client): Promise<{ rooms: ActiveRoom[] }> => {
  const rooms = (await context.sessions.activeRooms()).filter(({ roomId }) => roomOwner(roomId) === client.id);
  if (rooms.length === 0) throw ManagementError.notFound("no active room was found");
  return { rooms: await Promise.all(rooms.map((room) => activeRoom(context, room))) };
};

/** `/room/endRoom`: answers when the end was verified. */
export const endRoom: Endpoint = async ({ sessions }, request, client) => {
  const { room_id } = roomIdRequestSchema.parse(request);
  if (!(await sessions.end(scopedRoomId(client.id, room_id), "ended_by_api"))) throw ManagementError.roomNotFound();
  return {};
};

async function activeRoomOf(sessions: Context["sessions"], client: ApiClient, roomId: string): Promise<RoomRecord> {
  const room = await sessions.room(scopedRoomId(client.id, roomId));
  if (room === null) throw ManagementError.roomNotFound();
  return room;
}
