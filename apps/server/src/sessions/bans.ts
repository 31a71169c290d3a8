import { userMetadataSchema, type UserMetadata } from "@sotto/protocol";
import type { JoinClaims } from "./JoinTokens.ts";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";
import { sha256 } from "./tokens.ts";

/** As much as one room's record carries, and more than any meeting needs. */
export const maxBans = 500;

/**
 * What a ban keeps of somebody: a hash of the id by which the integrator knows them. Null where every token has a new
 * one, and a ban would keep nobody out.
 */
export function banMarkOf(room: RoomRecord, person: Pick<ParticipantRecord, "userId" | "metadata">): string | null {
  return markOf(room, person.userId, userMetadataSchema.parse(JSON.parse(person.metadata)));
}

/** Whether a token is for somebody who does not come in again. */
export function isBanned(room: RoomRecord, { sub, user_metadata }: Pick<JoinClaims, "sub" | "user_metadata">): boolean {
  const mark = markOf(room, sub, user_metadata);
  return mark !== null && room.banned.includes(mark);
}

function markOf(room: RoomRecord, userId: string, { ex_user_id }: UserMetadata): string | null {
  if (room.origin === "guest") return null;
  const lastingId = room.features.auto_gen_user_id ? ex_user_id : userId;
  return lastingId ? sha256(`${room.roomId}\n${lastingId}`) : null;
}
