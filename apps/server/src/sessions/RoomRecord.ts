import { endReasons, lockSettingsSchema, roomFeaturesSchema } from "@sotto/protocol";
import { z } from "zod";

/**
 * A room from its creation to the end of its session. Kept in the KV bucket `rooms` under its room id, which is free
 * again only after the end was verified.
 *
 * - `open`: made by the API or a guest; nobody has joined.
 * - `live`: the first join made the session. `ready` once stream, secret and SFU room exist. A restart gives the room
 *   another session in this phase, which is not ready until somebody joins it; `startedAt` stays.
 * - `ending`: somebody claimed the end at `claimedAt`; if the claimant dies, another node claims it again.
 */
const phaseSchema = z.discriminatedUnion("name", [
  z.object({ name: z.literal("open") }),
  z.object({ name: z.literal("live"), startedAt: z.int(), ready: z.boolean() }),
  z.object({
    name: z.literal("ending"),
    startedAt: z.int().nullable(),
    reason: z.enum(endReasons),
    claimedAt: z.int(),
  }),
]);

export const roomRecordSchema = z.object({
  roomId: z.string(),
  sessionId: z.string(),
  /** Only rooms that guests opened hand out join tokens to whoever has the link. */
  origin: z.enum(["api", "guest"]),
  title: z.string(),
  welcomeMessage: z.string(),
  logoutUrl: z.string(),
  webhookUrl: z.string(),
  features: roomFeaturesSchema,
  locks: lockSettingsSchema,
  copyright: z.object({ display: z.boolean(), text: z.string() }),
  extraData: z.union([z.string(), z.record(z.string(), z.string())]),
  /** 0 is unlimited. */
  maxParticipants: z.int(),
  emptyTimeoutMs: z.int(),
  createdAt: z.int(),
  /**
   * Whether this is a room with a passphrase that has a host: a token for one was made, or one joined. From then on only
   * hosts open its sessions, also while none is there.
   */
  hasHost: z.boolean(),
  phase: phaseSchema,
  /** Since when nobody is in the live session. */
  emptySince: z.int().nullable(),
  /** Ids of the sessions that this one replaced: their participants' resume cookies lead to it. */
  predecessors: z.array(z.string()),
  /** The last of them, until nothing of it is left. Where `claimedAt` is long ago, another node goes on wiping it. */
  retiring: z.object({ sessionId: z.string(), claimedAt: z.int() }).nullable(),
});
export type RoomRecord = z.infer<typeof roomRecordSchema>;
export type LiveRoom = RoomRecord & { phase: { name: "live" } };

export function isLive(room: RoomRecord): room is LiveRoom {
  return room.phase.name === "live";
}

/** The sessions of which something is kept: the room's own, and the one before it while that is being wiped. */
export function sessionsOf({ sessionId, retiring }: RoomRecord): string[] {
  return retiring === null ? [sessionId] : [sessionId, retiring.sessionId];
}
