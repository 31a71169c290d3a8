CREATE TABLE "artifacts" (
	"artifact_id" text PRIMARY KEY NOT NULL,
	"room_id" text NOT NULL,
	"session_id" text NOT NULL,
	"type" text NOT NULL,
	"created" timestamp with time zone NOT NULL,
	"metadata" jsonb NOT NULL,
	"content" text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "artifacts_session_type" ON "artifacts" USING btree ("session_id","type");--> statement-breakpoint
CREATE INDEX "artifacts_room_created" ON "artifacts" USING btree ("room_id","created");--> statement-breakpoint
CREATE INDEX "artifacts_created" ON "artifacts" USING btree ("created");