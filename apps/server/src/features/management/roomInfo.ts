import type { ActiveParticipantInfo, ActiveRoom, ActiveRoomInfo } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { isPresent, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";

type Services = Pick<Context, "participants" | "state">;

/** `room_info` as every endpoint answers it. Nothing secret about a session is in a room's record. */
export function roomInfoOf(room: RoomRecord, joinedParticipants: number): ActiveRoomInfo {
  return {
    room_title: room.title,
    room_id: room.roomId,
    sid: room.sessionId,
    joined_participants: String(joinedParticipants),
    is_running: 1,
    is_recording: 0,
    is_active_rtmp: 0,
    webhook_url: room.webhookUrl,
    is_breakout_room: 0,
    parent_room_id: "",
    creation_time: String(Math.floor(room.createdAt / 1000)),
    metadata: JSON.stringify({
      room_title: room.title,
      welcome_message: room.welcomeMessage,
      is_recording: false,
      is_active_rtmp: false,
      parent_room_id: "",
      is_breakout_room: false,
      webhook_url: room.webhookUrl,
      started_at: room.phase.name === "live" ? Math.floor(room.phase.startedAt / 1000) : 0,
      logout_url: room.logoutUrl,
      room_features: room.features,
      default_lock_settings: room.locks,
      copyright_conf: room.copyright,
      extra_data: room.extraData,
    }),
  };
}

/** A room with the people who are in it. */
export async function activeRoom({ state, participants }: Services, room: RoomRecord): Promise<ActiveRoom> {
  const entries = await state.participants.entries(room.sessionId);
  const present = entries.map(({ value }) => value).filter(isPresent);
  return {
    room_info: roomInfoOf(room, present.length),
    participants_info: present.map((record) => participantInfo(record, participants.permissionsOf(room, record))),
  };
}

function participantInfo(
  record: ParticipantRecord,
  permissions: ReturnType<Services["participants"]["permissionsOf"]>,
): ActiveParticipantInfo {
  const { presence } = record;
  return {
    sid: record.participantId,
    identity: record.userId,
    state: presence.state === "joining" ? "JOINING" : presence.state === "online" ? "ACTIVE" : "DISCONNECTED",
    tracks: [],
    metadata: record.metadata,
    joined_at: String(Math.floor(record.joinedAt / 1000)),
    name: record.name,
    version: 0,
    permission: {
      can_subscribe: permissions.subscribe,
      can_publish: permissions.publish.length > 0,
      can_publish_data: false,
      can_publish_sources: permissions.publish.map((source) => source.toUpperCase()),
      hidden: record.hidden,
      recorder: false,
      can_update_metadata: false,
      agent: false,
    },
    region: "",
    is_publisher: false,
  };
}
