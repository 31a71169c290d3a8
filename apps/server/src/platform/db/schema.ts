import { boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";

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

export type ArtifactType = "DATA_RECEIPT" | "ANALYTICS";

/** What ended sessions leave on purpose: data receipts, and statistics where the room has some. Kept as long as the operator says. */
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
