import type { LockName } from "@sotto/protocol";
import type { ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";

/*
 * What is locked for whom. A host's order for everybody is one change of the room's record, numbered: everybody's locks
 * follow it from that moment, whoever has or has not written it into their own record yet, and on whichever node. Pure
 * functions.
 */

type Locked = Pick<ParticipantRecord, "locks" | "lockTurn">;

/** Number of the newest order for everybody. */
export function lockTurnOf({ lockTurns }: RoomRecord): number {
  return Math.max(0, ...Object.values(lockTurns));
}

/** Locks or unlocks for everybody, also for whom a host had decided otherwise before. */
export function lockForAll(room: RoomRecord, lock: LockName, locked: boolean): RoomRecord {
  const lockTurns = { ...room.lockTurns, [lock]: lockTurnOf(room) + 1 };
  return { ...room, locks: { ...room.locks, [lock]: locked }, lockTurns };
}

/** The record with the orders for everybody that it does not follow yet; the same record where there are none. */
export function followLocks<T extends Locked>(record: T, room: RoomRecord): T {
  const lockTurn = lockTurnOf(room);
  if (record.lockTurn >= lockTurn) return record;
  const locks = { ...record.locks };
  for (const [lock, turn] of Object.entries(room.lockTurns) as [LockName, number][]) {
    if (turn > record.lockTurn) locks[lock] = room.locks[lock];
  }
  return { ...record, locks, lockTurn };
}

/** Locks or unlocks for one person, until a later order for everybody. */
export function lockForOne<T extends Locked>(record: T, room: RoomRecord, lock: LockName, locked: boolean): T {
  const following = followLocks(record, room);
  if (following.locks[lock] === locked) return following;
  return { ...following, locks: { ...following.locks, [lock]: locked } };
}
