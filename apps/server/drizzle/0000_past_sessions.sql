CREATE TABLE "past_sessions" (
	"session_id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"room_title" text NOT NULL,
	"webhook_url" text NOT NULL,
	"joined_participants" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	"end_reason" text NOT NULL,
	"wiped" boolean NOT NULL,
	"leftovers" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "past_sessions_room_ended" ON "past_sessions" USING btree ("room_id","ended_at");--> statement-breakpoint
CREATE INDEX "past_sessions_ended" ON "past_sessions" USING btree ("ended_at");