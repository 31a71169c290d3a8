import type { ActiveParticipantInfo, ActiveTrack } from "@sotto/protocol";
import { TrackSource, TrackType, type TrackInfo } from "livekit-server-sdk";
import { followLocks } from "./locks.ts";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import { permissionsIn } from "./person.ts";
import type { RoomRecord } from "./RoomRecord.ts";

/** Somebody as integrators are told of them, in the shape of LiveKit's `ParticipantInfo`. */
export function participantInfo(
  room: RoomRecord,
  record: ParticipantRecord,
  tracks: readonly TrackInfo[],
): ActiveParticipantInfo {
  const { presence, role } = record;
  const permissions = permissionsIn(room, record);
  const { locks } = followLocks(record, room);
  return {
    sid: record.participantId,
    identity: record.userId,
    state: presence.state === "joining" ? "JOINING" : presence.state === "online" ? "ACTIVE" : "DISCONNECTED",
    tracks: tracks.map(trackInfo),
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

/** A track as integrators are told of it, in the shape of LiveKit's `TrackInfo`. */
export function trackInfo({ sid, type, source, muted, width, height, mimeType }: TrackInfo): ActiveTrack {
  return {
    sid,
    type: TrackType[type],
    source: TrackSource[source],
    muted,
    width,
    height,
    mime_type: mimeType,
  };
}
