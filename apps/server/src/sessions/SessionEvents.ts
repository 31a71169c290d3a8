import { createHash } from "node:crypto";
import type { EndReason } from "@sotto/protocol";
import type { TrackInfo } from "livekit-server-sdk";
import type { Logger } from "pino";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import type { PastSession } from "./PastSessions.ts";
import type { RoomRecord } from "./RoomRecord.ts";

/**
 * Why somebody is not in a session any more: they left, a host removed them, they lost the connection or closed the page
 * and did not come back in time, or it was over for all.
 */
export type LeaveReason = "left" | "removed" | "gone" | "session_ended";

/** One recording, or one broadcast to elsewhere. */
export interface RecordingFacts {
  recordId: string;
  recorderId: string;
  /** What the recorder says about it, for people. */
  message: string;
  /** Where the finished file is, relative to the folder of recordings; null before it is finished. */
  filePath: string | null;
  fileSizeBytes: number | null;
}

/** What is told about each kind of event beside its room. */
interface Payloads {
  /** The room exists, and nobody has joined. */
  roomCreated: object;
  /** The first join of a session is complete; again, with another session id, after a restart. */
  sessionStarted: object;
  /** Nobody is in the session any more, or ever was. What it held is about to be wiped. */
  sessionEnded: { reason: EndReason };
  /** Nothing of the ended session is left on the server: record and receipt are written. */
  sessionWiped: { reason: EndReason };
  /** Connected, and not in the waiting room. Who reconnects in time neither leaves nor joins. */
  participantJoined: { participant: ParticipantRecord };
  participantLeft: { participant: ParticipantRecord; reason: LeaveReason };
  /** As the media server tells it. Who leaves takes their tracks along: no `trackUnpublished` follows. */
  trackPublished: { participant: ParticipantRecord; track: TrackInfo };
  trackUnpublished: { participant: ParticipantRecord; track: TrackInfo };
  recordingStarted: { recording: RecordingFacts };
  recordingEnded: { recording: RecordingFacts };
  /** The file can be downloaded. */
  recordingProceeded: { recording: RecordingFacts };
  rtmpStarted: { recording: RecordingFacts };
  rtmpEnded: { recording: RecordingFacts };
  artifactCreated: { artifact: { artifactId: string; type: string; metadata: Record<string, unknown> } };
  analyticsProceeded: { fileId: string };
}
export type SessionEventName = keyof Payloads;

/**
 * What is known of the room: its record with the id of the session that the event is about, also where that was replaced
 * since; the durable row where the record is gone.
 */
export type EventRoom = RoomRecord | PastSession;

/** What happened, without what {@link SessionEvents} adds. */
export type NewSessionEvent<Name extends SessionEventName = SessionEventName> = {
  [Each in Name]: { name: Each; room: RoomWith<Payloads[Each]> } & Payloads[Each];
}[Name];

/** People are told of as their room has them, so while it is there. */
type RoomWith<Payload> = Payload extends { participant: ParticipantRecord } ? RoomRecord : EventRoom;

export type SessionEvent<Name extends SessionEventName = SessionEventName> = NewSessionEvent<Name> & {
  /** The same for the same event whichever node tells of it, and however often. */
  id: string;
  /** Unix milliseconds. */
  at: number;
};

type Listener = (event: SessionEvent) => void | Promise<void>;

/**
 * What happens in sessions, told within this process. Each event is emitted by one node: the one whose compare-and-set
 * made it so, or the one that the media server tells. Where a node dies at the end of a session, the node that takes the
 * end over emits what belongs to it again, under the same ids; an event in whose moment a node dies may be lost.
 */
export class SessionEvents {
  readonly #log: Logger;
  readonly #listeners = new Set<Listener>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Calls `listener` with everything from now on, in the order in which this node learns of it. */
  on(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Tells everybody; resolves when all are done with it, and never rejects: nobody's work depends on who listens. */
  async emit(happened: NewSessionEvent): Promise<void> {
    const event: SessionEvent = { ...happened, id: eventIdOf(happened), at: Date.now() };
    const told = await Promise.allSettled([...this.#listeners].map(async (listener) => listener(event)));
    for (const each of told) {
      if (each.status === "fulfilled") continue;
      this.#log.error({ err: each.reason, event: event.name }, "a session event was not taken note of");
    }
  }
}

/** The room's record as of one of its sessions: after a restart it tells of the new one. */
export function roomOfSession(room: RoomRecord, sessionId: string): RoomRecord {
  const { retiring } = room;
  if (retiring?.sessionId !== sessionId) return room;
  return { ...room, sessionId, createdAt: retiring.openedAt };
}

/** A UUID made of what the event is about (version 8 of RFC 9562: the rest is a hash). */
function eventIdOf(event: NewSessionEvent): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([event.name, event.room.sessionId, ...subjectOf(event)]))
    .digest();
  hash[6] = (hash.readUInt8(6) & 0x0f) | 0x80;
  hash[8] = (hash.readUInt8(8) & 0x3f) | 0x80;
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function subjectOf(event: NewSessionEvent): (string | number)[] {
  if ("track" in event) return [event.track.sid];
  if ("participant" in event) return [event.participant.participantId, event.participant.stays];
  if ("recording" in event) return [event.recording.recordId];
  if ("artifact" in event) return [event.artifact.artifactId];
  return "fileId" in event ? [event.fileId] : [];
}
