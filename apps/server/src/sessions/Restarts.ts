import { setTimeout as delay } from "node:timers/promises";
import { e2eeModelOf } from "@sotto/protocol";
import { AppError } from "../platform/AppError.ts";
import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { endingSessions } from "./EndingSession.ts";
import { concludeSession, type ConcludeSessionOptions } from "./endSession.ts";
import { participantKey, type ParticipantRecord } from "./ParticipantRecord.ts";
import { beganAt, isLive, type RoomRecord } from "./RoomRecord.ts";
import { noRuns } from "./ServiceRun.ts";
import { moveTo, seatDeadlines } from "./seats.ts";
import { endClaimMs, type Sessions } from "./Sessions.ts";
import { newSessionId } from "./tokens.ts";

interface RestartsOptions extends ConcludeSessionOptions {
  sessions: Sessions;
  seatMs: number;
}

const retiringPollMs = 50;
/** How long a restart waits for the session before this one to be wiped. */
const retiringWaitMs = 8_000;
const maxRestarts = 100;
/** As long as a resume cookie lives. Only where a room's end could not do it, time removes the way to the successor. */
const successorTtlMs = 24 * 3_600_000;

/**
 * A new session for a running room, because people want another passphrase. One compare-and-set on the room's record
 * decides; the session before it is told, wiped and verified as at any end, by whichever node lives to do it.
 */
export class Restarts {
  readonly #options: RestartsOptions;

  constructor(options: RestartsOptions) {
    this.#options = options;
  }

  /**
   * Replaces the room's session `sessionId`, which exactly one of any number of callers does; for the others, and for who
   * orders it later, it throws `session_replaced`. Resolves when the room has its new session; the old one is wiped in the
   * background.
   */
  async restart({
    room,
    sessionId,
    by,
  }: {
    room: RoomRecord;
    sessionId: string;
    by: ParticipantRecord;
  }): Promise<void> {
    if (e2eeModelOf(room.features) !== "passphrase") throw AppError.notAllowed("this meeting has no passphrase");
    if (by.role !== "host") throw AppError.notAllowed("only a host starts the meeting again");
    const { state, sessions } = this.#options;
    const deadline = Date.now() + retiringWaitMs;
    const next = newSessionId();
    do {
      const entry = await state.rooms.mutate(room.roomId, (record) => replaceSession(record, sessionId, next));
      if (entry === null || !isLive(entry.value)) throw AppError.sessionEnded();
      if (entry.value.sessionId === next) {
        void sessions.track(this.#retire(entry.value));
        return;
      }
      if (entry.value.sessionId !== sessionId) throw AppError.sessionReplaced();
      if (entry.value.predecessors.length >= maxRestarts) {
        throw new AppError("rate_limited", "this meeting was started again too often; open another one");
      }
      await delay(retiringPollMs);
    } while (Date.now() < deadline);
    throw AppError.unavailable(new Error("the session before this one is still being wiped"));
  }

  /** Goes on with the wiping of a replaced session whose node has died. */
  async resumeRetiring({ key }: KvEntry<RoomRecord>, now: number): Promise<void> {
    const { state, sessions } = this.#options;
    let claimed = false;
    const entry = await state.rooms.mutate(key, (record) => {
      claimed = isLive(record) && record.retiring !== null && record.retiring.claimedAt + endClaimMs <= now;
      if (!claimed || record.retiring === null) return record;
      return { ...record, retiring: { ...record.retiring, claimedAt: now } };
    });
    if (claimed && entry !== null) await sessions.track(this.#retire(entry.value));
  }

  /**
   * Makes everybody of the replaced session somebody of the new one who has not connected yet, and lets their resume
   * cookies find it. May be done several times, by any node, until the old session is wiped.
   */
  async carryOver({ roomId, sessionId, features, retiring }: RoomRecord): Promise<void> {
    if (retiring === null) return;
    const { state, seatMs } = this.#options;
    await state.successors.createOnce(retiring.sessionId, successorTtlMs, roomId);
    const deadlines = seatDeadlines(features, seatMs);
    const people = await state.participants.entries(retiring.sessionId);
    await Promise.all(
      people.map(async ({ value }) => {
        if (value.resume === null) return;
        await state.participants.create(
          participantKey(sessionId, value.participantId),
          moveTo(value, sessionId, deadlines),
        );
      }),
    );
    // Either this sees an end that began meanwhile, or that end sees what was written.
    const now = await state.rooms.get(roomId);
    if (now?.value.sessionId === sessionId && isLive(now.value)) return;
    await Promise.all([state.successors.purgePrefix(retiring.sessionId), state.participants.purgePrefix(sessionId)]);
  }

  async #retire(room: RoomRecord): Promise<void> {
    const retiring = endingSessions(room).find(({ reason }) => reason === "restarted");
    if (retiring === undefined) return;
    const { sessionId } = retiring;
    await this.carryOver(room);
    if (!(await concludeSession(this.#options, room, retiring))) return;
    await this.#options.state.rooms.mutate(room.roomId, (record) =>
      isLive(record) && record.retiring?.sessionId === sessionId ? { ...record, retiring: null } : record,
    );
  }
}

/** The room with a new session, where it still has that old one and nothing of an even older one is left. */
function replaceSession(record: RoomRecord, sessionId: string, next: string): RoomRecord {
  if (record.sessionId !== sessionId || !isLive(record)) return record;
  const { phase, predecessors, retiring, createdAt: openedAt, losses } = record;
  if (retiring !== null || predecessors.length >= maxRestarts) return record;
  const now = Date.now();
  return {
    ...record,
    sessionId: next,
    createdAt: now,
    phase: { ...phase, ready: false },
    spotlight: null,
    services: noRuns,
    servicesUsed: [],
    autoStarted: false,
    emptySince: null,
    predecessors: [...predecessors, sessionId],
    retiring: { sessionId, openedAt, beganAt: beganAt(record), losses, claimedAt: now, stock: null },
    losses: [],
  };
}
