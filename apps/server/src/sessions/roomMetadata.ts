import type { RoomRecord } from "./RoomRecord.ts";

/** What integrators set about a room, as they are told of it. Nothing secret about a session is in a room's record. */
export function roomMetadata(room: RoomRecord): Record<string, unknown> {
  return {
    room_title: room.title,
    welcome_message: room.welcomeMessage,
    is_recording: room.services.recording.phase === "on",
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
  };
}
