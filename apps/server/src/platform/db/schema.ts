import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

/** One row per ended session, for `fetchPastRooms`. Nothing about people beyond their number, no key, no message. */
export const pastSessions = pgTable(
  "past_sessions",
  {
    sessionId: text("session_id").primaryKey(),
    roomId: text("room_id").notNull(),
    roomTitle: text("room_title").notNull(),
    webhookUrl: text("webhook_url").notNull(),
    joinedParticipants: integer("joined_participants").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    endedAt: timestamp("ended_at", { withTimezone: true }).notNull(),
    endReason: text("end_reason").notNull(),
    /** Whether the check after the end found nothing left, and what it found otherwise. */
    wiped: boolean("wiped").notNull(),
    leftovers: jsonb("leftovers").$type<string[]>().notNull(),
  },
  (table) => [
    index("past_sessions_room_ended").on(table.roomId, table.endedAt),
    index("past_sessions_ended").on(table.endedAt),
  ],
);

export type ArtifactType = "DATA_RECEIPT";

/** What ended sessions leave on purpose: data receipts, kept as long as the operator says. */
export const artifacts = pgTable(
  "artifacts",
  {
    artifactId: text("artifact_id").primaryKey(),
    roomId: text("room_id").notNull(),
    sessionId: text("session_id").notNull(),
    type: text("type").$type<ArtifactType>().notNull(),
    created: timestamp("created", { withTimezone: true }).notNull(),
    /** `final`: no later attempt replaces it. */
    metadata: jsonb("metadata").$type<{ final: boolean }>().notNull(),
    /** The document as it is handed out. */
    content: text("content").notNull(),
  },
  (table) => [
    uniqueIndex("artifacts_session_type").on(table.sessionId, table.type),
    index("artifacts_room_created").on(table.roomId, table.created),
    index("artifacts_created").on(table.created),
  ],
);

/** One row per recording that is complete on disk; the file is in the folder of recordings. */
export const recordings = pgTable(
  "recordings",
  {
    recordingId: text("recording_id").primaryKey(),
    roomId: text("room_id").notNull(),
    sessionId: text("session_id").notNull(),
    fileName: text("file_name").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    durationMs: integer("duration_ms").notNull(),
    /** Of its first picture. */
    startedAt: timestamp("started_at", { withTimezone: true }).notNull(),
    roomCreatedAt: timestamp("room_created_at", { withTimezone: true }).notNull(),
    /** What an integrator attached to it. */
    metadata: jsonb("metadata").$type<RecordingMetadata>().notNull(),
  },
  (table) => [
    index("recordings_room_started").on(table.roomId, table.startedAt),
    index("recordings_started").on(table.startedAt),
  ],
);

export interface RecordingMetadata {
  title: string;
  description: string;
  extraData: Record<string, string>;
}
