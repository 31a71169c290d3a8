import type { MeetingBus } from "../platform/nats/MeetingBus.ts";
import { isSeenByAll, rosterEntryOf, waitingEntryOf, type ParticipantRecord } from "./ParticipantRecord.ts";

/**
 * Tells of people as they change: hosts of those who wait, everybody of the others (or hosts, where the room has it so),
 * nobody of who is hidden.
 */
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
      const event = { participantId, revision, entry: rosterEntryOf(record, revision) };
      if (isSeenByAll(record)) return this.#bus.broadcast(sessionId, "participant", event);
      this.#bus.sendToHosts(sessionId, "participant", event);
      this.#bus.sendTo(sessionId, participantId, "participant", event);
    }
  }

  /** Somebody whom everybody saw is not to be seen by everybody any more. Whoever may see them is to be told anew. */
  tellUnseen({ sessionId, participantId }: ParticipantRecord, revision: number): void {
    this.#bus.broadcast(sessionId, "participant", { participantId, revision, entry: null });
  }

  /** Somebody was let in: the others hear of them when they come. */
  tellAdmitted({ sessionId, participantId }: ParticipantRecord, revision: number): void {
    this.#bus.sendToHosts(sessionId, "waiting", { participantId, revision, entry: null });
  }
}
