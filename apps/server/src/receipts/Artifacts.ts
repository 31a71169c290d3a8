import { and, asc, count, desc, eq, inArray, lt, sql, type SQL } from "drizzle-orm";
import type { Sql } from "../platform/db/openDatabase.ts";
import { artifacts, type ArtifactType } from "../platform/db/schema.ts";

export type Artifact = typeof artifacts.$inferSelect;

export interface ArtifactQuery {
  roomIds: string[];
  sessionId: string | null;
  /** Of any type where there is none. */
  type?: ArtifactType;
  from: number;
  limit: number;
  newestFirst: boolean;
}

/** What ended sessions left on purpose. */
export class Artifacts {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  /** Stores the artifact, or replaces the one of its session and type unless that is final already. */
  async put(artifact: Artifact): Promise<void> {
    const { metadata, content } = artifact;
    await this.#sql
      .insert(artifacts)
      .values(artifact)
      .onConflictDoUpdate({
        target: [artifacts.sessionId, artifacts.type],
        set: { metadata, content },
        setWhere: sql`${artifacts.metadata}->>'final' = 'false'`,
      });
  }

  async find(artifactId: string): Promise<Artifact | null> {
    return this.#first(eq(artifacts.artifactId, artifactId));
  }

  async ofSession(sessionId: string, type: ArtifactType): Promise<Artifact | null> {
    return this.#first(and(eq(artifacts.sessionId, sessionId), eq(artifacts.type, type)));
  }

  /** Ids of the artifacts of one type, by session; of sessions that have one. */
  async idsBySession(sessionIds: string[], type: ArtifactType): Promise<Map<string, string>> {
    if (sessionIds.length === 0) return new Map();
    const rows = await this.#sql
      .select({ sessionId: artifacts.sessionId, artifactId: artifacts.artifactId })
      .from(artifacts)
      .where(and(inArray(artifacts.sessionId, sessionIds), eq(artifacts.type, type)));
    return new Map(rows.map(({ sessionId, artifactId }) => [sessionId, artifactId]));
  }

  /** Of those rooms, or of every room where there are none; of one session where that is named. */
  async list({
    roomIds,
    sessionId,
    type,
    from,
    limit,
    newestFirst,
  }: ArtifactQuery): Promise<{ total: number; rows: Artifact[] }> {
    const ofRooms = roomIds.length > 0 ? inArray(artifacts.roomId, roomIds) : undefined;
    const ofType = type && eq(artifacts.type, type);
    const where = and(sessionId === null ? ofRooms : eq(artifacts.sessionId, sessionId), ofType);
    const direction = newestFirst ? desc : asc;
    const [counted] = await this.#sql.select({ total: count() }).from(artifacts).where(where);
    const rows = await this.#sql
      .select()
      .from(artifacts)
      .where(where)
      .orderBy(direction(artifacts.created), direction(artifacts.artifactId))
      .offset(from)
      .limit(limit);
    return { total: counted?.total ?? 0, rows };
  }

  /** Changes the content of every artifact of a type; gives how many were changed. The same content leaves one as it is. */
  async rewrite(type: ArtifactType, change: (content: string) => string): Promise<number> {
    const ofType = await this.#sql.select().from(artifacts).where(eq(artifacts.type, type));
    const changed = ofType
      .map(({ artifactId, content }) => ({ artifactId, before: content, content: change(content) }))
      .filter(({ before, content }) => content !== before);
    for (const { artifactId, content } of changed) {
      await this.#sql.update(artifacts).set({ content }).where(eq(artifacts.artifactId, artifactId));
    }
    return changed.length;
  }

  /** `false` where there was none. */
  async delete(artifactId: string): Promise<boolean> {
    const deleted = await this.#sql.delete(artifacts).where(eq(artifacts.artifactId, artifactId)).returning();
    return deleted.length > 0;
  }

  async deleteOlderThan(type: ArtifactType, created: Date): Promise<void> {
    await this.#sql.delete(artifacts).where(and(eq(artifacts.type, type), lt(artifacts.created, created)));
  }

  async #first(where: SQL | undefined): Promise<Artifact | null> {
    const [row] = await this.#sql.select().from(artifacts).where(where).limit(1);
    return row ?? null;
  }
}
