import { mergeLockSettings, permissionsOf, type LockSettings, type Permissions, type Role } from "@sotto/protocol";
import type { JoinClaims } from "./JoinTokens.ts";
import { followLocks } from "./locks.ts";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";

export function roleOf({ is_admin }: Pick<JoinClaims, "is_admin">): Role {
  return is_admin ? "host" : "participant";
}

/** The room's locks with those that the integrator set for this person; hosts have none, wherever they are looked at. */
export function locksOf(room: RoomRecord, { user_metadata }: Pick<JoinClaims, "user_metadata">): LockSettings {
  return mergeLockSettings(user_metadata.lock_settings ?? {}, room.locks);
}

/** Whether somebody who comes now has to wait. Whoever is hidden does not: nobody would know that there is one to let in. */
export function mustWait(room: RoomRecord, { role, hidden }: Pick<ParticipantRecord, "role" | "hidden">): boolean {
  return room.waitingRoom && role !== "host" && !hidden;
}

/** How the integrator knows somebody who comes with several tokens. */
export function knownAs(
  { features }: RoomRecord,
  { sub, user_metadata }: Pick<JoinClaims, "sub" | "user_metadata">,
): string {
  return features.auto_gen_user_id ? (user_metadata.ex_user_id ?? sub) : sub;
}

/** Whether somebody who agrees is in the room's statistics. Whoever is hidden is in no list, and so not in this one. */
export function isCounted(
  { features }: RoomRecord,
  { inAnalytics, hidden }: Pick<ParticipantRecord, "inAnalytics" | "hidden">,
): boolean {
  return features.enable_analytics && inAnalytics && !hidden;
}

/** What somebody may do in the room as it is now. */
export function permissionsIn(
  room: RoomRecord,
  person: Pick<ParticipantRecord, "role" | "hidden" | "waiting" | "locks" | "lockTurn" | "service" | "inAnalytics">,
): Permissions {
  const { role, hidden, waiting, inAnalytics: counted } = person;
  const service = person.service?.kind ?? null;
  const { locks } = followLocks(person, room);
  return permissionsOf({ role, waiting, hidden, features: room.features, locks, service, counted });
}
