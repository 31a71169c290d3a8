import { randomUUID } from "node:crypto";
import { artifactInfo } from "../receipts/artifactInfo.ts";
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
}

/** The statistics of sessions that are over: written once, kept for a while. */
export class Analytics {
  readonly #options: AnalyticsOptions;

  constructor(options: AnalyticsOptions) {
    this.#options = options;
  }

  /**
   * Writes the statistics of a session that is over, where its room has some, before what was noted is deleted. May be
   * done again: the first file stays.
   */
  async write(room: RoomRecord, ending: EndingSession, people: number | null): Promise<void> {
    if (!room.features.enable_analytics) return;
    const { state, activity, artifacts, events } = this.#options;
    const { sessionId } = ending;
    await activity.settled();
    const records = (await state.activity.entries(sessionId)).map(({ value }) => value);
    const file = analyticsFileOf({ room, ending, people: people ?? records.length, records });
    await artifacts.put({
      artifactId: randomUUID(),
      roomId: room.roomId,
      sessionId,
      type: "ANALYTICS",
      created: new Date(),
      metadata: { final: true },
      content: `${JSON.stringify(file)}\n`,
    });
    const written = await artifacts.ofSession(sessionId, "ANALYTICS");
    if (written === null) return;
    const { artifact_id: artifactId, type, metadata } = artifactInfo(written);
    const about = roomOfSession(room, sessionId);
    await events.emit({ name: "analyticsProceeded", room: about, fileId: artifactId });
    await events.emit({ name: "artifactCreated", room: about, artifact: { artifactId, type, metadata } });
  }

  /** Deletes what was kept for long enough. */
  async purge(): Promise<void> {
    await this.#options.artifacts.deleteOlderThan("ANALYTICS", new Date(Date.now() - this.#options.keepMs));
  }
}
