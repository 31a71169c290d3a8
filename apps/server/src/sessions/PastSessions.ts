import { pastSessions } from "../platform/db/schema.ts";
import type { Sql } from "../platform/db/openDatabase.ts";

export type PastSession = typeof pastSessions.$inferSelect;

/** The durable records of ended sessions. */
export class PastSessions {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Writes the row of an ended session; a second attempt at the same end replaces what the check found. */
  async record(session: PastSession): Promise<void> {
    const { wiped, leftovers } = session;
    await this.#sql
      .insert(pastSessions)
      .values(session)
      .onConflictDoUpdate({ target: pastSessions.sessionId, set: { wiped, leftovers } });
  }
}
