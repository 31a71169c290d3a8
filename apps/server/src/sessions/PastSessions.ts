import { and, asc, count, desc, eq, inArray } from "drizzle-orm";
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

  /** Of those rooms of a client, or of all its rooms where none is named, in the order of their ends. */
  async list({
    owner,
    roomIds,
    from,
    limit,
    newestFirst,
  }: {
    owner: string;
    roomIds: string[];
    from: number;
    limit: number;
    newestFirst: boolean;
  }): Promise<{ total: number; rows: PastSession[] }> {
    const ofRooms = roomIds.length > 0 ? inArray(pastSessions.roomId, roomIds) : undefined;
    const where = and(eq(pastSessions.owner, owner), ofRooms);
    const direction = newestFirst ? desc : asc;
    const [counted] = await this.#sql.select({ total: count() }).from(pastSessions).where(where);
    const rows = await this.#sql
      .select()
      .from(pastSessions)
      .where(where)
      .orderBy(direction(pastSessions.endedAt), direction(pastSessions.sessionId))
      .offset(from)
      .limit(limit);
    return { total: counted?.total ?? 0, rows };
  }

  async find(sessionId: string): Promise<PastSession | null> {
    const [row] = await this.#sql.select().from(pastSessions).where(eq(pastSessions.sessionId, sessionId));
    return row ?? null;
  }
}
