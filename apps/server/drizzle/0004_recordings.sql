CREATE TABLE "recordings" (
	"recording_id" text PRIMARY KEY NOT NULL,
	"owner" text DEFAULT 'main' NOT NULL,
	"room_id" text NOT NULL,
	"session_id" text NOT NULL,
	"file_name" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"room_created_at" timestamp with time zone NOT NULL,
	"metadata" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "recordings_owner_room_started" ON "recordings" USING btree ("owner","room_id","started_at");--> statement-breakpoint
CREATE INDEX "recordings_started" ON "recordings" USING btree ("started_at");