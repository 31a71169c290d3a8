DROP INDEX "past_sessions_ended";--> statement-breakpoint
DROP INDEX "artifacts_room_created";--> statement-breakpoint
DROP INDEX "past_sessions_room_ended";--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "owner" text DEFAULT 'main' NOT NULL;--> statement-breakpoint
ALTER TABLE "past_sessions" ADD COLUMN "owner" text DEFAULT 'main' NOT NULL;--> statement-breakpoint
CREATE INDEX "past_sessions_owner_ended" ON "past_sessions" USING btree ("owner","ended_at");--> statement-breakpoint
CREATE INDEX "artifacts_room_created" ON "artifacts" USING btree ("owner","room_id","created");--> statement-breakpoint
CREATE INDEX "past_sessions_room_ended" ON "past_sessions" USING btree ("owner","room_id","ended_at");