import type { WebhookBody, WebhookEventName } from "@sotto/protocol";
import { roomName } from "../clients/roomScope.ts";
import { participantInfo, trackInfo } from "../sessions/participantInfo.ts";
import { roomMetadata } from "../sessions/roomMetadata.ts";
import type { EventRoom, RecordingFacts, SessionEvent, SessionEventName } from "../sessions/SessionEvents.ts";

/** What integrators call what happens. As in plugNmeet, a room is finished when all of its session was put away. */
const names: Record<SessionEventName, WebhookEventName> = {
  roomCreated: "room_created",
  sessionStarted: "room_started",
  sessionEnded: "session_ended",
  sessionWiped: "room_finished",
  participantJoined: "participant_joined",
  participantLeft: "participant_left",
  trackPublished: "track_published",
  trackUnpublished: "track_unpublished",
  recordingStarted: "start_recording",
  recordingEnded: "end_recording",
  recordingProceeded: "recording_proceeded",
  rtmpStarted: "start_rtmp",
  rtmpEnded: "end_rtmp",
  artifactCreated: "artifact_created",
  analyticsProceeded: "analytics_proceeded",
};

const megabyteBytes = 1_000_000;

/** The body of the webhook about an event; `people`: how many are in the session. */
export function webhookBody(event: SessionEvent, people: number): WebhookBody {
  return {
    event: names[event.name],
    id: event.id,
    created_at: unixSeconds(event.at),
    room: roomOf(event.room, people),
    ...subjectOf(event),
  };
}

function subjectOf(event: SessionEvent): Partial<WebhookBody> {
  if ("participant" in event) {
    const tracks = "track" in event ? [event.track] : [];
    const participant = participantInfo(event.room, event.participant, tracks);
    const state = event.name === "participantLeft" ? "DISCONNECTED" : participant.state;
    return {
      participant: { ...participant, state },
      ...("track" in event && { track: trackInfo(event.track) }),
    };
  }
  if ("recording" in event) return { recording_info: recordingInfo(event.recording) };
  if ("artifact" in event) {
    const { artifactId, type, metadata } = event.artifact;
    return { room_artifact: { type, artifact_id: artifactId, metadata } };
  }
  return "fileId" in event ? { analytics: { file_id: event.fileId } } : {};
}

/** Without the room's own address, which may hold a secret of its integrator's and is sent to others too. */
function roomOf(room: EventRoom, people: number): WebhookBody["room"] {
  const known = "phase" in room ? room : null;
  return {
    sid: room.sessionId,
    room_id: roomName(room.roomId),
    empty_timeout: Math.round((known?.emptyTimeoutMs ?? 0) / 1000),
    max_participants: known?.maxParticipants ?? 0,
    creation_time: unixSeconds(Number(room.createdAt)),
    enabled_codecs: [],
    metadata: JSON.stringify({ ...(known && roomMetadata(known)), webhook_url: "" }),
    num_participants: people,
  };
}

function recordingInfo({ recordId, recorderId, message, filePath, fileSizeBytes }: RecordingFacts) {
  return {
    record_id: recordId,
    recorder_id: recorderId,
    recorder_msg: message,
    ...(filePath !== null && { file_path: filePath }),
    ...(fileSizeBytes !== null && { file_size: fileSizeBytes / megabyteBytes }),
  };
}

function unixSeconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
