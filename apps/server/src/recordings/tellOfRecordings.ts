import { scopedRoomId } from "../clients/roomScope.ts";
import type { Jobs } from "../platform/jobs/Jobs.ts";
import type { PastSessions } from "../sessions/PastSessions.ts";
import type { EventRoom, NewSessionEvent, RecordingFacts, SessionEvents } from "../sessions/SessionEvents.ts";
import type { State } from "../sessions/State.ts";
import type { Recordings } from "./Recordings.ts";

interface TellOptions {
  jobs: Jobs;
  recordings: Recordings;
  events: SessionEvents;
  rooms: State["rooms"];
  pastSessions: PastSessions;
  onTrouble: (error: unknown) => void;
}

const running = { recorderId: "recorder", filePath: null, fileSizeBytes: null };

/** Makes session events of what recorders do. While a recording runs it has its job's id, and then each file one of its own. */
export function tellOfRecordings({ jobs, recordings, events, rooms, pastSessions, onTrouble }: TellOptions): void {
  const tell = async (
    { roomId, sessionId }: { roomId: string; sessionId: string },
    name: Extract<NewSessionEvent["name"], `recording${string}`>,
    recording: RecordingFacts,
  ): Promise<void> => {
    const entry = await rooms.get(roomId);
    const isRunning = entry?.value.sessionId === sessionId;
    const room: EventRoom | null = isRunning ? entry.value : await pastSessions.find(sessionId);
    if (room !== null) await events.emit({ name, room, recording });
  };
  jobs.onProgress(({ kind, state, jobId, message, ...session }) => {
    if (kind !== "recording") return;
    const facts = { ...running, recordId: jobId, message: message ?? state };
    if (state === "running") tell(session, "recordingStarted", facts).catch(onTrouble);
    if (state === "finished" || state === "failed") tell(session, "recordingEnded", facts).catch(onTrouble);
  });
  recordings.onComplete(({ recordingId, fileName, sizeBytes, owner, roomId: name, sessionId }) => {
    const session = { roomId: scopedRoomId(owner, name), sessionId };
    const facts = {
      ...running,
      recordId: recordingId,
      message: "stored",
      filePath: fileName,
      fileSizeBytes: sizeBytes,
    };
    tell(session, "recordingProceeded", facts).catch(onTrouble);
  });
}
