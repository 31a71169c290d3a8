import {
  endReasons,
  joiningServiceSchema,
  lockNameSchema,
  lockSettingsSchema,
  roomFeaturesSchema,
  type RoomState,
} from "@sotto/protocol";
import { z } from "zod";
import { stockSchema } from "../receipts/Stock.ts";
import { noRuns, serviceRunsSchema, serviceStatesOf } from "./ServiceRun.ts";

/**
 * A room from its creation to the end of its session. Kept in the KV bucket `rooms` under its room id, which is free
 * again only after the end was verified.
 *
 * - `open`: made by the API or a guest; nobody has joined.
 * - `live`: the first join made the session. `ready` once stream, secret and SFU room exist. A restart gives the room
 *   another session in this phase, which is not ready until somebody joins it; `startedAt` stays.
 * - `ending`: the end was claimed first at `endedAt` and last at `claimedAt`; if the claimant dies, another node claims it
 *   again. `stock` is there from when the session's things were counted, before any was deleted.
 */
const phaseSchema = z.discriminatedUnion("name", [
  z.object({ name: z.literal("open") }),
  z.object({ name: z.literal("live"), startedAt: z.int(), ready: z.boolean() }),
  z.object({
    name: z.literal("ending"),
    startedAt: z.int().nullable(),
    reason: z.enum(endReasons),
    endedAt: z.int(),
    claimedAt: z.int(),
    stock: stockSchema.nullable().default(null),
  }),
]);

export const roomRecordSchema = z.object({
  /** Names its client too (`clients/roomScope.ts`): {@link roomName} is what the outside knows it by. */
  roomId: z.string(),
  sessionId: z.string(),
  /** Only rooms that guests opened hand out join tokens to whoever has the link. */
  origin: z.enum(["api", "guest"]),
  title: z.string(),
  welcomeMessage: z.string(),
  logoutUrl: z.string(),
  webhookUrl: z.string(),
  features: roomFeaturesSchema,
  /** What is locked for whoever comes. */
  locks: lockSettingsSchema,
  /**
   * When a host last set each lock for everybody, counted in such orders: what somebody's own record says counts only
   * where it is not older ({@link ParticipantRecord.lockTurn}).
   */
  lockTurns: z.partialRecord(lockNameSchema, z.int()),
  /** Who is shown large to everybody. */
  spotlight: z.string().nullable(),
  /** Whether people who come now wait until a host lets them in. */
  waitingRoom: z.boolean(),
  /** How it stands with what records or transcribes the session. */
  services: serviceRunsSchema.default(noRuns),
  /** Those that were on at some time, for the receipt. */
  servicesUsed: z.array(joiningServiceSchema).default([]),
  /** Whether the recording that starts by itself was started. */
  autoStarted: z.boolean().default(false),
  /** Hashes of the user ids that do not come in again until the end. */
  banned: z.array(z.string()),
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
  /**
   * The last of them, until nothing of it is left. Where `claimedAt` is long ago, another node goes on wiping it. It ended
   * when the room got the session that it has now, which is `createdAt` of the room.
   */
  retiring: z
    .object({
      sessionId: z.string(),
      openedAt: z.int(),
      beganAt: z.int(),
      losses: z.array(z.int()).default([]),
      claimedAt: z.int(),
      stock: stockSchema.nullable().default(null),
    })
    .nullable(),
  /** When the memory that holds the running session was lost and made anew, for its receipt. */
  losses: z.array(z.int()).default([]),
});
export type RoomRecord = z.infer<typeof roomRecordSchema>;
export type LiveRoom = RoomRecord & { phase: { name: "live" } };

/** When the room's session began: with its first join, or in the moment it replaced another. */
export function beganAt({ createdAt, phase }: RoomRecord): number {
  return phase.name === "open" || phase.startedAt === null ? createdAt : Math.max(createdAt, phase.startedAt);
}

export function isLive(room: RoomRecord): room is LiveRoom {
  return room.phase.name === "live";
}

/** What everybody in the session is told about the room. */
export function roomStateOf({ locks, spotlight, waitingRoom, services }: RoomRecord, revision: number): RoomState {
  return { revision, locks, spotlight, waitingRoom, ...serviceStatesOf(services) };
}

/** The sessions of which something is kept: the room's own, and the one before it while that is being wiped. */
export function sessionsOf({ sessionId, retiring }: RoomRecord): string[] {
  return retiring === null ? [sessionId] : [sessionId, retiring.sessionId];
}
