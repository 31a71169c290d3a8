import { z } from "zod";

/**
 * The statistics of one session, as plugNmeet's consumers read them: protobuf's JSON with snake_case names, 64-bit
 * integers as strings. Who was there and what they did, never what they said: every value is a time, a number or one of a
 * few words. `docs/analytics.md` says what each event is and where it comes from.
 */

/** What is told of a person. Those before `talked_duration` have times; the others are sums only. */
export const userEventNames = [
  "joined",
  "left",
  "mic_status",
  "webcam_status",
  "screen_share_status",
  "raise_hand",
  "talked_duration",
  "public_chat",
  "private_chat",
  "chat_files",
  "reactions",
] as const;
export type UserEventName = (typeof userEventNames)[number];

/** What is told of the room as a whole: how often hosts locked or unlocked something for everybody. */
const roomEventNames = ["locks"] as const;

/** What a microphone, a camera or a shared screen did. */
export const sourceStatuses = { on: "ANALYTICS_STATUS_STARTED", off: "ANALYTICS_STATUS_ENDED" } as const;

/** Unix time; in the room's own fields seconds, in events milliseconds. */
const timeSchema = z.string().regex(/^\d{1,15}$/);
const countSchema = z.string().regex(/^\d{1,15}$/);
const valueSchema = z.union([timeSchema, z.enum(sourceStatuses)]);

const eventSchema = <N extends readonly string[]>(names: N) =>
  z.strictObject({
    name: z.enum(names),
    total: z.int().min(0),
    values: z.array(z.strictObject({ time: timeSchema, value: valueSchema })),
  });

/**
 * `total`: how often, or of `talked_duration` how many milliseconds. `values`: when, where that is told; they may be fewer
 * than `total`. `room_total_users`: everybody who was in the session, with those who are not in the statistics.
 */
export const analyticsFileSchema = z.strictObject({
  room: z.strictObject({
    room_id: z.string(),
    room_title: z.string(),
    room_total_users: countSchema,
    room_creation: timeSchema,
    room_ended: timeSchema,
    /** Seconds. */
    room_duration: countSchema,
    enabled_e2ee: z.boolean(),
    events: z.array(eventSchema(roomEventNames)),
  }),
  users: z.array(
    z.strictObject({
      user_id: z.string(),
      name: z.string(),
      is_admin: z.boolean(),
      /** What the integrator attached to the person in `user_metadata`, as text; empty where nothing. */
      extra_data: z.string(),
      ex_user_id: z.string(),
      events: z.array(eventSchema(userEventNames)),
    }),
  ),
});
export type AnalyticsFile = z.infer<typeof analyticsFileSchema>;
export type AnalyticsEvent = AnalyticsFile["users"][number]["events"][number];
