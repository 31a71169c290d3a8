import { setTimeout as delay } from "node:timers/promises";
import type { ActiveParticipantInfo, ActiveRoom, ActiveRoomInfo } from "@sotto/protocol";
import type { ParticipantInfo } from "livekit-server-sdk";
import { roomName } from "../../clients/roomScope.ts";
import type { Context } from "../../context.ts";
import { identitiesOf, takesPlace, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { participantInfo } from "../../sessions/participantInfo.ts";
import { roomMetadata } from "../../sessions/roomMetadata.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";

type Services = Pick<Context, "log" | "sfu" | "state">;

/** How long an answer waits for what the SFU knows; without it, people are shown without tracks. */
const tracksWaitMs = 2_000;

/** `room_info` as every endpoint answers it. */
export function roomInfoOf(room: RoomRecord, joinedParticipants: number): ActiveRoomInfo {
  const isRecording = room.services.recording.phase === "on";
  return {
    room_title: room.title,
    room_id: roomName(room.roomId),
    sid: room.sessionId,
    joined_participants: String(joinedParticipants),
    is_running: 1,
    is_recording: isRecording ? 1 : 0,
    is_active_rtmp: 0,
    webhook_url: room.webhookUrl,
    is_breakout_room: 0,
    parent_room_id: "",
    creation_time: String(Math.floor(room.createdAt / 1000)),
    metadata: JSON.stringify(roomMetadata(room)),
  };
}

/** How many people are in a room as far as this node knows, which may be a moment late. */
export function peopleKnown({ state }: Pick<Services, "state">, { sessionId }: RoomRecord): number {
  return [...state.participants.memory.below(sessionId)].filter(({ value }) => takesPlace(value)).length;
}

/** A room with the people who are in it; who waits is not. */
export async function activeRoom(services: Services, room: RoomRecord): Promise<ActiveRoom> {
  const { state } = services;
  const [entries, pages] = await Promise.all([
    state.participants.entries(room.sessionId),
    room.phase.name === "live" ? mediaPages(services, room) : [],
  ]);
  const present = entries.map(({ value }) => value).filter(takesPlace);
  return {
    room_info: roomInfoOf(room, present.length),
    participants_info: present.map((record) => withTracks(room, record, pages)),
  };
}

function withTracks(room: RoomRecord, record: ParticipantRecord, pages: ParticipantInfo[]): ActiveParticipantInfo {
  const identities = identitiesOf(record);
  const tracks = pages.filter(({ identity }) => identities.includes(identity)).flatMap((page) => page.tracks);
  return participantInfo(room, record, tracks);
}

async function mediaPages({ log, sfu }: Services, { sessionId }: RoomRecord): Promise<ParticipantInfo[]> {
  const waited = new AbortController();
  const unknown = delay(tracksWaitMs, null, { signal: waited.signal }).catch(() => null);
  const pages = await Promise.race([sfu.participants(sessionId).catch(() => null), unknown]);
  waited.abort();
  if (pages === null) log.warn({ sessionId }, "the SFU did not say in time who publishes what");
  return pages ?? [];
}
