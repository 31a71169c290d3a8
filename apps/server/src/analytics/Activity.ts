import type { ActivityReport, UserEventName } from "@sotto/protocol";
import type { Logger } from "pino";
import { roomOwner } from "../clients/roomScope.ts";
import { BoundedMap } from "../platform/BoundedMap.ts";
import { participantKey, type ParticipantRecord } from "../sessions/ParticipantRecord.ts";
import { isLive } from "../sessions/RoomRecord.ts";
import type { SessionEvents } from "../sessions/SessionEvents.ts";
import type { State } from "../sessions/State.ts";
import { newActivity, noteCount, noteJoined, noteLeft, noteReport, type ActivityRecord } from "./ActivityRecord.ts";

interface ActivityOptions {
  state: Pick<State, "activity" | "participants" | "rooms">;
  log: Logger;
}

type Seated = Pick<ParticipantRecord, "sessionId" | "participantId">;

const maxSessions = 10_000;

/**
 * Notes what the people of a session do, while it lasts, in memory: of rooms that have statistics, and of people who are in
 * them. Nobody waits for it, and nothing fails because of it.
 */
export class Activity {
  readonly #state: ActivityOptions["state"];
  readonly #log: Logger;
  /** By person, the newest note that is being made: each comes after the one before. */
  readonly #pending = new Map<string, Promise<void>>();
  /** Whether a session has statistics never changes. */
  readonly #collecting = new BoundedMap<string, boolean>(maxSessions);

  constructor({ state, log }: ActivityOptions) {
    this.#state = state;
    this.#log = log;
  }

  /** Notes from now on who comes and goes, as this node tells of it. At the end of a session, everybody goes. */
  follow(events: SessionEvents): void {
    events.on((event) => {
      if (event.name === "participantJoined") this.joined(event.participant);
      if (event.name === "participantLeft" && event.reason !== "session_ended") this.left(event.participant);
    });
  }

  /** Also of somebody who is there already, and in the statistics from now on. */
  joined(person: ParticipantRecord): void {
    if (!person.inAnalytics) return;
    const at = Date.now();
    this.#inBackground(person, async (key) => {
      const { activity } = this.#state;
      if ((await activity.create(key, noteJoined(newActivity(person), at))) === null) {
        await activity.mutate(key, (record) => noteJoined(record, at));
      }
      // Either this sees an end that began meanwhile, or a no, or who ends or says no sees what was written.
      if (!(await this.#mayKeep(key, person))) await activity.purgePrefix(key);
    });
  }

  left(person: Seated): void {
    const at = Date.now();
    this.#change(person, (record) => noteLeft(record, at));
  }

  /** `isTimed`: whether it is told when, and not only how often. */
  count(person: Seated, event: UserEventName, { isTimed = false } = {}): void {
    const at = isTimed ? Date.now() : null;
    this.#change(person, (record) => noteCount(record, event, at));
  }

  report(person: Seated, report: ActivityReport): void {
    const at = Date.now();
    this.#change(person, (record) => noteReport(record, report, at));
  }

  /** Deletes what was noted of somebody who does not want to be in the statistics. Throws where that is not possible. */
  async forget({ sessionId, participantId }: Seated): Promise<void> {
    await this.settled();
    await this.#state.activity.purge(participantKey(sessionId, participantId));
  }

  /**
   * Deletes what was noted of somebody, by the integrator's id of them and under whichever seat, in one session or in all of an API client's;
   * they are not in the statistics any more. Gives how many records that were.
   */
  async forgetUser(userId: string, where: { sessionId: string } | { owner: string }): Promise<number> {
    await this.settled();
    const { activity, participants } = this.#state;
    const noted = await activity.entries("sessionId" in where ? where.sessionId : "");
    const theirs = noted.filter(({ value }) => value.userId === userId || value.exUserId === userId);
    let forgotten = 0;
    for (const { key } of theirs) {
      const person = await participants.get(key);
      const isMeant = "sessionId" in where || (person && roomOwner(person.value.roomId) === where.owner);
      if (!isMeant) continue;
      // First, so that nothing stays where the next step fails; and again, for what was noted until they were out.
      await activity.purge(key);
      await participants.mutate(key, (record) => ({ ...record, inAnalytics: false }));
      await activity.purge(key);
      forgotten += 1;
    }
    return forgotten;
  }

  /** Resolves when everything that happened on this node so far is noted. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending.values());
  }

  /** Of whoever is not in the statistics there is no record, and so nothing is noted. */
  #change(person: Seated, change: (record: ActivityRecord) => ActivityRecord): void {
    const { sessionId } = person;
    if (this.#collecting.get(sessionId) === false) return;
    this.#inBackground(person, async (key) => {
      if (await this.#isCollecting(sessionId, key)) await this.#state.activity.mutate(key, change);
    });
  }

  async #isCollecting(sessionId: string, key: string): Promise<boolean> {
    const known = this.#collecting.get(sessionId);
    if (known !== undefined) return known;
    const person = await this.#state.participants.get(key);
    const room = person && (await this.#state.rooms.get(person.value.roomId));
    if (room?.value.sessionId !== sessionId) return false;
    const { enable_analytics: collecting } = room.value.features;
    this.#collecting.set(sessionId, collecting);
    return collecting;
  }

  async #mayKeep(key: string, { roomId, sessionId }: ParticipantRecord): Promise<boolean> {
    const { participants, rooms } = this.#state;
    const [person, room] = await Promise.all([participants.get(key), rooms.get(roomId)]);
    const isRunning = room !== null && room.value.sessionId === sessionId && isLive(room.value);
    return isRunning && person?.value.inAnalytics === true;
  }

  #inBackground({ sessionId, participantId }: Seated, note: (key: string) => Promise<void>): void {
    const key = participantKey(sessionId, participantId);
    const noted = (this.#pending.get(key) ?? Promise.resolve())
      .then(() => note(key))
      .catch((error: unknown) => this.#log.warn({ err: error }, "something is missing in a session's statistics"))
      .finally(() => {
        if (this.#pending.get(key) === noted) this.#pending.delete(key);
      });
    this.#pending.set(key, noted);
  }
}
