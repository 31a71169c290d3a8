import { AppError } from "../platform/AppError.ts";
import type { ResumeTicket } from "../platform/http/resumeCookies.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { participantKey, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import { acceptsResume } from "./seats.ts";
import type { Sessions } from "./Sessions.ts";
import type { State } from "./State.ts";

/** Whose resume cookie it is. Looking changes nothing: a ticket is used up by `POST /api/join` alone. */
export class TicketHolders {
  readonly #state: State;
  readonly #sessions: Sessions;

  constructor({ state, sessions }: { state: State; sessions: Sessions }) {
    this.#state = state;
    this.#sessions = sessions;
  }

  /** The holder in the room as it is now. Throws `resume_invalid`, or `session_ended` where only the session is over. */
  async find({
    sessionId,
    participantId,
    token,
  }: ResumeTicket): Promise<{ room: RoomRecord; entry: KvEntry<ParticipantRecord> }> {
    const entry = await this.#state.participants.get(participantKey(sessionId, participantId));
    if (entry === null || !acceptsResume(entry.value, token)) throw AppError.resumeInvalid();
    const room = await this.#sessions.room(entry.value.roomId);
    if (room?.sessionId !== sessionId) throw AppError.sessionEnded();
    return { room, entry };
  }
}
