import { e2eeModelOf, type Opening } from "@sotto/protocol";
import { AppError } from "../platform/AppError.ts";
import { openingOf } from "./OpeningRecord.ts";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import type { Sessions } from "./Sessions.ts";
import type { State } from "./State.ts";

/** How sessions of rooms with a passphrase are opened: once, by the first to say what the passphrase has to match. */
export class Openings {
  readonly #openings: State["openings"];
  readonly #sessions: Sessions;

  constructor({ state, sessions }: { state: State; sessions: Sessions }) {
    this.#openings = state.openings;
    this.#sessions = sessions;
  }

  /** How the session was opened; null while it is not. */
  async get({ sessionId }: RoomRecord): Promise<Opening | null> {
    const entry = await this.#openings.get(sessionId);
    return entry && openingOf(entry.value);
  }

  /**
   * Opens the session, unless somebody was faster: of any number of callers on any number of nodes one wins, and all get
   * the winner's record. Throws `session_ended` where the session ended meanwhile, and leaves nothing in it.
   */
  async open(room: RoomRecord, opener: ParticipantRecord, proof: Omit<Opening, "openedBy">): Promise<Opening> {
    if (e2eeModelOf(room.features) !== "passphrase") throw AppError.notAllowed("this meeting has no passphrase");
    if (!mayOpen(room, opener)) throw AppError.notAllowed("only a host opens this meeting");
    const { participantId, name } = opener;
    const opening = { ...proof, openedBy: { participantId, name } };
    const won = (await this.#openings.create(room.sessionId, { ...opening, openedAt: Date.now() })) !== null;
    const stands = won ? opening : await this.get(room);
    if (stands === null) throw AppError.sessionEnded();
    try {
      // Either this sees an end that began meanwhile, or that end sees the record.
      await this.#sessions.confirmLive(room);
    } catch (error) {
      const ended = error instanceof AppError && error.code === "session_ended";
      if (ended && won) await this.#openings.purgePrefix(room.sessionId);
      throw error;
    }
    return stands;
  }
}

/**
 * Hosts open, and anybody in a room that has none who is let in at once. Not hidden people: everybody is told the opener's name. A hidden host
 * is no host here, or a room that has no other could never be opened.
 */
export function mayOpen(
  { hasHost }: RoomRecord,
  person: Pick<ParticipantRecord, "role" | "hidden" | "waiting">,
): boolean {
  return !person.hidden && !person.waiting && (person.role === "host" || !hasHost);
}
