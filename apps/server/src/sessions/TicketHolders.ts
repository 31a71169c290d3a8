import { AppError } from "../platform/AppError.ts";
import type { ResumeTicket } from "../platform/http/resumeCookies.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { participantKey, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import { acceptsResume, isSpent } from "./seats.ts";
import type { Sessions } from "./Sessions.ts";
import type { State } from "./State.ts";

/**
 * Whose resume cookie it is. Looking changes nothing: a ticket is used up by `POST /api/join` alone. A ticket of a session
 * that was replaced leads to the one that the room has now.
 */
export class TicketHolders {
  readonly #state: State;
  readonly #sessions: Sessions;

  constructor({ state, sessions }: { state: State; sessions: Sessions }) {
    this.#state = state;
    this.#sessions = sessions;
  }

  /**
   * The holder in the room as it is now; the entry is the one of the replaced session as long as the holder was not
   * carried over. Throws `resume_invalid`, `resume_used` where another page has taken the seat
   * over, or `session_ended` where only the session is over.
   */
  async find({
    sessionId,
    participantId,
    token,
  }: ResumeTicket): Promise<{ room: RoomRecord; entry: KvEntry<ParticipantRecord> }> {
    const { participants, successors } = this.#state;
    const original = await participants.get(participantKey(sessionId, participantId));
    const roomId = original?.value.roomId ?? (await successors.get(sessionId))?.value;
    const room = roomId === undefined ? null : await this.#sessions.room(roomId);
    const replaced = room !== null && room.predecessors.includes(sessionId);
    const moved = replaced ? await participants.get(participantKey(room.sessionId, participantId)) : null;
    const entry = moved ?? original;
    if (entry === null) throw AppError.resumeInvalid();
    if (isSpent(entry.value, token)) throw AppError.resumeUsed();
    if (!acceptsResume(entry.value, token)) throw AppError.resumeInvalid();
    if (room === null || (room.sessionId !== sessionId && !replaced)) throw AppError.sessionEnded();
    return { room, entry };
  }

  /** Whether the ticket still leads somewhere. */
  async isValid(ticket: ResumeTicket): Promise<boolean> {
    try {
      await this.find(ticket);
      return true;
    } catch (error) {
      if (error instanceof AppError && ["resume_invalid", "resume_used", "session_ended"].includes(error.code))
        return false;
      throw error;
    }
  }
}
