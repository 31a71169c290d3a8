import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
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

export type ArtifactType = "DATA_RECEIPT" | "TRANSCRIPT" | "ANALYTICS";

/** What ended sessions leave on purpose: data receipts, and statistics where the room has some. Kept as long as the operator says. */
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

/** One row per recording that is complete on disk; the file is in the folder of recordings. */
export const recordings = pgTable(
  "recordings",
  {
    recordingId: text("recording_id").primaryKey(),
    owner: owner(),
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
    index("recordings_owner_room_started").on(table.owner, table.roomId, table.startedAt),
    index("recordings_started").on(table.startedAt),
  ],
);

export interface RecordingMetadata {
  title: string;
  description: string;
  extraData: Record<string, string>;
}
/**
 * Webhooks that are to be delivered, in order along each lane: a room and one address. What is sent, and where to, is
 * sealed. A row goes when it was delivered.
 */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    sequence: bigserial("sequence", { mode: "number" }).primaryKey(),
    lane: text("lane").notNull(),
    eventId: text("event_id").notNull(),
    event: text("event").notNull(),
    roomId: text("room_id").notNull(),
    sealed: text("sealed").notNull(),
    created: timestamp("created", { withTimezone: true }).notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: timestamp("due_at", { withTimezone: true }).notNull().defaultNow(),
    giveUpAt: timestamp("give_up_at", { withTimezone: true }).notNull(),
    /** Until then one node works on it. */
    claimedUntil: timestamp("claimed_until", { withTimezone: true }),
    lastFault: text("last_fault"),
    /** When it was given up; the lane goes on without it. */
    deadAt: timestamp("dead_at", { withTimezone: true }),
  },
  (table) => [
    uniqueIndex("webhook_deliveries_lane_event").on(table.lane, table.eventId),
    index("webhook_deliveries_heads")
      .on(table.lane, table.sequence)
      .where(sql`${table.deadAt} is null`),
    index("webhook_deliveries_dead").on(table.deadAt),
  ],
);
