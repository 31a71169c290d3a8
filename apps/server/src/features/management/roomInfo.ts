import type { ActiveParticipantInfo, ActiveRoom, ActiveRoomInfo } from "@sotto/protocol";
import type { ParticipantInfo } from "livekit-server-sdk";
import type { Context } from "../../context.ts";
import { identitiesOf, takesPlace, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { followLocks } from "../../sessions/locks.ts";
import { permissionsIn } from "../../sessions/person.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";

type Services = Pick<Context, "sfu" | "state">;

/** `room_info` as every endpoint answers it. Nothing secret about a session is in a room's record. */
export function roomInfoOf(room: RoomRecord, joinedParticipants: number): ActiveRoomInfo {
  const isRecording = room.services.recording.phase === "on";
  return {
    room_title: room.title,
    room_id: room.roomId,
    sid: room.sessionId,
    joined_participants: String(joinedParticipants),
    is_running: 1,
    is_recording: isRecording ? 1 : 0,
    is_active_rtmp: 0,
    webhook_url: room.webhookUrl,
    is_breakout_room: 0,
    parent_room_id: "",
    creation_time: String(Math.floor(room.createdAt / 1000)),
    metadata: JSON.stringify({
      room_title: room.title,
      welcome_message: room.welcomeMessage,
      is_recording: isRecording,
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

/** A room with the people who are in it; who waits is not. */
export async function activeRoom({ sfu, state }: Services, room: RoomRecord): Promise<ActiveRoom> {
  const [entries, pages] = await Promise.all([
    state.participants.entries(room.sessionId),
    room.phase.name === "live" ? sfu.participants(room.sessionId) : [],
  ]);
  const present = entries.map(({ value }) => value).filter(takesPlace);
  return {
    room_info: roomInfoOf(room, present.length),
    participants_info: present.map((record) => participantInfo(room, record, pages)),
  };
}

function participantInfo(room: RoomRecord, record: ParticipantRecord, pages: ParticipantInfo[]): ActiveParticipantInfo {
  const { presence, role } = record;
  const permissions = permissionsIn(room, record);
  const { locks } = followLocks(record, room);
  const identities = identitiesOf(record);
  const tracks = pages.filter(({ identity }) => identities.includes(identity)).flatMap((page) => page.tracks);
  return {
    sid: record.participantId,
    identity: record.userId,
    state: presence.state === "joining" ? "JOINING" : presence.state === "online" ? "ACTIVE" : "DISCONNECTED",
    tracks: tracks.map((track) => track.toJson({ emitDefaultValues: true, useProtoFieldName: true })),
    metadata: JSON.stringify({
      ...(JSON.parse(record.metadata) as object),
      is_admin: role === "host",
      lock_settings: locks,
    }),
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
    is_publisher: tracks.length > 0,
  };
}
