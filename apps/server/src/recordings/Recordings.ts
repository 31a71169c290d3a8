import { storedRecordingSchema, type StoredRecording } from "@sotto/protocol";
import { and, asc, count, desc, eq, inArray, lt } from "drizzle-orm";
import { roomName, roomOwner } from "../clients/roomScope.ts";
import { AppError } from "../platform/AppError.ts";
import type { Sql } from "../platform/db/openDatabase.ts";
import { recordings, type RecordingMetadata } from "../platform/db/schema.ts";
import { rpcRequest } from "../platform/nats/rpcRequest.ts";
import type { PastSessions } from "../sessions/PastSessions.ts";
import type { State } from "../sessions/State.ts";
import type { RecordingFiles } from "./RecordingFiles.ts";

export type Recording = typeof recordings.$inferSelect;

interface RecordingsOptions {
  sql: Sql;
  files: RecordingFiles;
  rooms: State["rooms"];
  pastSessions: PastSessions;
  keepMs: number;
}

export interface RecordingQuery {
  /** The API client whose rooms they are of. */
  owner: string;
  roomIds: string[];
  sessionId: string | null;
  from: number;
  limit: number;
  newestFirst: boolean;
}

/** Recordings that are complete: their records, and with them their files. */
export class Recordings {
  readonly files: RecordingFiles;
  readonly #options: RecordingsOptions;
  readonly #listeners = new Set<(recording: Recording) => void>();

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.files = options.files;
  }

  /** A recorder says that a recording is complete. It says so until it is answered: once is as good as twice. */
  async note(body: Uint8Array): Promise<object> {
    const stored = rpcRequest(body, storedRecordingSchema);
    const { recordingId, fileName, durationMs, sessionId, roomId, startedAt } = stored;
    if (!fileName.startsWith(`${recordingId}.`)) throw AppError.bodyInvalid("a recording's file has its name");
    if ((await this.files.sizeBytes(fileName)) === null)
      throw AppError.bodyInvalid("this file is not in the folder of recordings");
    const room = { owner: roomOwner(roomId), roomId: roomName(roomId) };
    const facts = { recordingId, ...room, sessionId, fileName, durationMs };
    const roomCreatedAt = await this.#roomCreatedAt(stored);
    const metadata = { title: "", description: "", extraData: {} };
    await this.add({ ...facts, startedAt: new Date(startedAt), roomCreatedAt, metadata });
    return {};
  }

  /** Puts a file that is in its place on record, as large as it is. */
  async add(facts: Omit<Recording, "sizeBytes">): Promise<void> {
    const record = { ...facts, sizeBytes: (await this.files.sizeBytes(facts.fileName)) ?? 0 };
    const made = await this.#options.sql.insert(recordings).values(record).onConflictDoNothing().returning();
    if (made.length > 0) for (const listener of this.#listeners) listener(record);
  }

  /** Calls `listener` for every recording that becomes complete, on the node that hears of it. */
  onComplete(listener: (recording: Recording) => void): void {
    this.#listeners.add(listener);
  }

  async find(recordingId: string): Promise<Recording | null> {
    const [row] = await this.#options.sql.select().from(recordings).where(eq(recordings.recordingId, recordingId));
    return row ?? null;
  }

  /** Of those rooms, or of every room of the client where there are none; of one session where that is named. */
  async list(query: RecordingQuery): Promise<{ total: number; rows: Recording[] }> {
    const { owner, roomIds, sessionId, from, limit, newestFirst } = query;
    const { sql } = this.#options;
    const where = and(
      eq(recordings.owner, owner),
      roomIds.length > 0 ? inArray(recordings.roomId, roomIds) : undefined,
      sessionId === null ? undefined : eq(recordings.sessionId, sessionId),
    );
    const direction = newestFirst ? desc : asc;
    const [counted] = await sql.select({ total: count() }).from(recordings).where(where);
    const rows = await sql
      .select()
      .from(recordings)
      .where(where)
      .orderBy(direction(recordings.startedAt), direction(recordings.recordingId))
      .offset(from)
      .limit(limit);
    return { total: counted?.total ?? 0, rows };
  }

  /** `false` where there is no such recording. */
  async setMetadata(recordingId: string, metadata: RecordingMetadata): Promise<boolean> {
    const where = eq(recordings.recordingId, recordingId);
    const changed = await this.#options.sql.update(recordings).set({ metadata }).where(where).returning();
    return changed.length > 0;
  }

  /** File first: a record without a file is found and deleted again, a file without a record by nobody. */
  async delete({ recordingId, fileName }: Recording): Promise<void> {
    await this.files.delete(fileName);
    await this.#options.sql.delete(recordings).where(eq(recordings.recordingId, recordingId));
  }

  /** Deletes what was kept for long enough. */
  async purge(): Promise<void> {
    const before = new Date(Date.now() - this.#options.keepMs);
    const old = await this.#options.sql.select().from(recordings).where(lt(recordings.startedAt, before));
    for (const recording of old) await this.delete(recording);
  }

  async #roomCreatedAt({ roomId, sessionId, startedAt }: StoredRecording): Promise<Date> {
    const room = await this.#options.rooms.get(roomId);
    if (room?.value.sessionId === sessionId) return new Date(room.value.createdAt);
    const past = await this.#options.pastSessions.find(sessionId);
    return past?.createdAt ?? new Date(startedAt);
  }
}
