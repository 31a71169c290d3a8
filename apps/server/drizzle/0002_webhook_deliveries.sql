CREATE TABLE "webhook_deliveries" (
	"sequence" bigserial PRIMARY KEY NOT NULL,
	"lane" text NOT NULL,
	"event_id" text NOT NULL,
	"event" text NOT NULL,
	"room_id" text NOT NULL,
	"sealed" text NOT NULL,
	"created" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"give_up_at" timestamp with time zone NOT NULL,
	"claimed_until" timestamp with time zone,
	"last_fault" text,
	"dead_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_lane_event" ON "webhook_deliveries" USING btree ("lane","event_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_heads" ON "webhook_deliveries" USING btree ("lane","sequence") WHERE "webhook_deliveries"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_dead" ON "webhook_deliveries" USING btree ("dead_at");