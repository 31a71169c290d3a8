import type { MeetingBus } from "../platform/nats/MeetingBus.ts";
import { rosterEntryOf, waitingEntryOf, type ParticipantRecord } from "./ParticipantRecord.ts";

/** Tells of people as they change: hosts of those who wait, everybody of the others, nobody of who is hidden. */
export class RosterNews {
  readonly #bus: MeetingBus;

  constructor(bus: MeetingBus) {
    this.#bus = bus;
  }

  tell(record: ParticipantRecord, revision: number): void {
    const { sessionId, participantId, hidden, waiting } = record;
    if (waiting) {
      const entry = waitingEntryOf(record, revision);
      this.#bus.sendToHosts(sessionId, "waiting", { participantId, revision, entry });
    } else if (!hidden) {
      const entry = rosterEntryOf(record, revision);
      this.#bus.broadcast(sessionId, "participant", { participantId, revision, entry });
    }
  }

  /** Somebody was let in: the others hear of them when they come. */
  tellAdmitted({ sessionId, participantId }: ParticipantRecord, revision: number): void {
    this.#bus.sendToHosts(sessionId, "waiting", { participantId, revision, entry: null });
  }
}
