import { and, asc, count, desc, eq, inArray, lt, sql, type SQL } from "drizzle-orm";
import type { Sql } from "../platform/db/openDatabase.ts";
import { artifacts, type ArtifactType } from "../platform/db/schema.ts";

export type Artifact = typeof artifacts.$inferSelect;

export interface ArtifactQuery {
  /** Id of the API client whose artifacts these are. */
  owner: string;
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

  /** Adds `more` to what there is of the artifact's session and type, or stores the artifact where there is nothing. */
  async append(artifact: Artifact, more: string): Promise<void> {
    await this.#sql
      .insert(artifacts)
      .values(artifact)
      .onConflictDoUpdate({
        target: [artifacts.sessionId, artifacts.type],
        set: { content: sql`${artifacts.content} || ${more}` },
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

  /** Of those rooms of a client, or of all its rooms where none is named; of one session where that is named. */
  async list({
    owner,
    roomIds,
    sessionId,
    type,
    from,
    limit,
    newestFirst,
  }: ArtifactQuery): Promise<{ total: number; rows: Artifact[] }> {
    const ofRooms = roomIds.length > 0 ? inArray(artifacts.roomId, roomIds) : undefined;
    const where = and(
      eq(artifacts.owner, owner),
      sessionId === null ? ofRooms : eq(artifacts.sessionId, sessionId),
      type && eq(artifacts.type, type),
    );
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

  /** Changes the content of every artifact of a client's and of a type; gives how many were changed. The same content leaves one as it is. */
  async rewrite(owner: string, type: ArtifactType, change: (content: string) => string): Promise<number> {
    const where = and(eq(artifacts.owner, owner), eq(artifacts.type, type));
    const ofType = await this.#sql.select().from(artifacts).where(where);
    const changed = ofType
      .map(({ artifactId, content }) => ({ artifactId, before: content, content: change(content) }))
      .filter(({ before, content }) => content !== before);
    for (const { artifactId, content } of changed) {
      await this.#sql.update(artifacts).set({ content }).where(eq(artifacts.artifactId, artifactId));
    }
    return changed.length;
  }

  /** `false` where that client has none of this id. */
  async delete(owner: string, artifactId: string): Promise<boolean> {
    const where = and(eq(artifacts.owner, owner), eq(artifacts.artifactId, artifactId));
    const deleted = await this.#sql.delete(artifacts).where(where).returning({ artifactId: artifacts.artifactId });
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
