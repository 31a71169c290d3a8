import { boolean, index, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";

/**
 * One row per ended session, for `fetchPastRooms` and as the meeting's data receipt. Nothing about people beyond their
 * number, no key, no message.
 */
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
