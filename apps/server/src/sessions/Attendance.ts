import type { Logger } from "pino";
import { isThere, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import { roomOfSession, type LeaveReason, type SessionEvents } from "./SessionEvents.ts";
import type { State } from "./State.ts";

interface AttendanceOptions {
  state: Pick<State, "rooms" | "participants">;
  events: SessionEvents;
  log: Logger;
}

/** Emits who comes into sessions and who goes, from the changes of their records. */
export class Attendance {
  readonly #options: AttendanceOptions;

  constructor(options: AttendanceOptions) {
    this.#options = options;
  }

  /** This node has let somebody connect, who may have been there already. */
  connected(before: ParticipantRecord, participant: ParticipantRecord, room: RoomRecord): void {
    if (isThere(before) || !isThere(participant)) return;
    void this.#options.events.emit({ name: "participantJoined", room, participant });
  }

  /** This node has written that somebody is not expected back, who may not have been there. */
  gone(participant: ParticipantRecord, reason: LeaveReason): void {
    this.#tellGone(participant, reason).catch((error: unknown) =>
      this.#options.log.warn({ err: error }, "that somebody left could not be told"),
    );
  }

  /** The session is over: whoever is still there goes. */
  async allGone({ sessionId }: Pick<ParticipantRecord, "sessionId">): Promise<void> {
    const people = await this.#options.state.participants.entries(sessionId);
    for (const { value } of people) await this.#tellGone(value, "session_ended");
  }

  async #tellGone(participant: ParticipantRecord, reason: LeaveReason): Promise<void> {
    if (!isThere(participant)) return;
    const { events, state } = this.#options;
    const { roomId, sessionId } = participant;
    const room = state.rooms.memory.get(roomId) ?? (await state.rooms.get(roomId));
    // With the room's record the session is over, which was told of everybody.
    if (!room) return;
    await events.emit({ name: "participantLeft", room: roomOfSession(room.value, sessionId), participant, reason });
  }
}
