import { boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { homeClientId } from "../../clients/roomScope.ts";

/** Id of the API client whose room it was; rows of before there were several are the installation's own. */
const owner = () => text("owner").notNull().default(homeClientId);

/** One row per ended session, for `fetchPastRooms`. Nothing about people beyond their number, no key, no message. */
export const pastSessions = pgTable(
  "past_sessions",
  {
    sessionId: text("session_id").primaryKey(),
    owner: owner(),
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
    index("past_sessions_room_ended").on(table.owner, table.roomId, table.endedAt),
    index("past_sessions_owner_ended").on(table.owner, table.endedAt),
  ],
);

export type ArtifactType = "DATA_RECEIPT";

/** What ended sessions leave on purpose: data receipts, kept as long as the operator says. */
export const artifacts = pgTable(
  "artifacts",
  {
    artifactId: text("artifact_id").primaryKey(),
    owner: owner(),
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
    index("artifacts_room_created").on(table.owner, table.roomId, table.created),
    index("artifacts_created").on(table.created),
  ],
);
