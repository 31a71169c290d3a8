import { mergeLockSettings, type LockSettings, type Role } from "@sotto/protocol";
import type { JoinClaims } from "./JoinTokens.ts";
import type { RoomRecord } from "./RoomRecord.ts";

export function roleOf({ is_admin }: JoinClaims): Role {
  return is_admin ? "host" : "participant";
}

/** The room's locks with those that the integrator set for this person; hosts have none, wherever they are looked at. */
export function locksOf(room: RoomRecord, { user_metadata }: JoinClaims): LockSettings {
  return mergeLockSettings(user_metadata.lock_settings ?? {}, room.locks);
}
