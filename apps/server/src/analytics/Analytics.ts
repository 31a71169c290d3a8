import { randomUUID } from "node:crypto";
import { analyticsFileSchema, artifactType, type AnalyticsFile } from "@sotto/protocol";
import type { Logger } from "pino";
import { roomName, roomOwner } from "../clients/roomScope.ts";
import { artifactMetadata } from "../receipts/artifactMetadata.ts";
import type { Artifacts } from "../receipts/Artifacts.ts";
import type { EndingSession } from "../sessions/EndingSession.ts";
import type { RoomRecord } from "../sessions/RoomRecord.ts";
import { roomOfSession, type SessionEvents } from "../sessions/SessionEvents.ts";
import type { State } from "../sessions/State.ts";
import type { Activity } from "./Activity.ts";
import { analyticsFileOf } from "./analyticsFileOf.ts";

interface AnalyticsOptions {
  state: Pick<State, "activity">;
  activity: Activity;
  artifacts: Artifacts;
  events: SessionEvents;
  keepMs: number;
  log: Logger;
}

/** The statistics of sessions that are over: written once, kept for a while. */
export class Analytics {
  readonly #options: AnalyticsOptions;

  constructor(options: AnalyticsOptions) {
    this.#options = options;
  }

  /**
   * Writes the statistics of a session that is over, where its room has some, before what was noted is deleted. May be
   * done again: the first file stays. What does not fit the schema is not written at all.
   */
  async write(room: RoomRecord, ending: EndingSession, people: number | null): Promise<void> {
    if (!room.features.enable_analytics) return;
    const { state, activity, artifacts, events, log } = this.#options;
    const { sessionId } = ending;
    await activity.settled();
    const records = (await state.activity.entries(sessionId)).map(({ value }) => value);
    const file = analyticsFileSchema.safeParse(
      analyticsFileOf({ room, ending, people: people ?? records.length, records }),
    );
    if (!file.success) return log.error({ err: file.error, sessionId }, "statistics do not fit their schema");
    await artifacts.put({
      artifactId: randomUUID(),
      owner: roomOwner(room.roomId),
      roomId: roomName(room.roomId),
      sessionId,
      type: "ANALYTICS",
      created: new Date(),
      metadata: { final: true },
      content: asText(file.data),
    });
    const written = await artifacts.ofSession(sessionId, "ANALYTICS");
    if (written === null) return;
    const { artifactId } = written;
    const artifact = { artifactId, type: artifactType, metadata: artifactMetadata(written) };
    const about = roomOfSession(room, sessionId);
    await events.emit({ name: "analyticsProceeded", room: about, fileId: artifactId });
    await events.emit({ name: "artifactCreated", room: about, artifact });
  }

  /**
   * Erases one person, by the id that `owner` knows them by, from all its files and from what is noted of its running sessions; there
   * they are not in the statistics any more. They stay in the number of people. Gives how many of both were changed.
   */
  async eraseUser(owner: string, userId: string): Promise<{ files: number; sessions: number }> {
    const { activity, artifacts } = this.#options;
    const sessions = await activity.forgetUser(userId, { owner });
    const files = await artifacts.rewrite(owner, "ANALYTICS", (content) => withoutUser(content, userId));
    return { files, sessions };
  }

  /** Deletes what was kept for long enough. */
  async purge(): Promise<void> {
    await this.#options.artifacts.deleteOlderThan("ANALYTICS", new Date(Date.now() - this.#options.keepMs));
  }
}

function withoutUser(content: string, userId: string): string {
  // As it was written, perhaps by an older version.
  const file = JSON.parse(content) as AnalyticsFile;
  const users = file.users.filter(({ user_id, ex_user_id }) => user_id !== userId && ex_user_id !== userId);
  return users.length === file.users.length ? content : asText({ ...file, users });
}

function asText(file: AnalyticsFile): string {
  return `${JSON.stringify(file)}\n`;
}
