import { defaultLockSettings } from "@sotto/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followLocks, lockForAll, lockForOne, lockTurnOf } from "./locks.ts";
import type { RoomRecord } from "./RoomRecord.ts";

const room = { locks: defaultLockSettings, lockTurns: {} } as RoomRecord;
const person = { locks: defaultLockSettings, lockTurn: 0 };

describe("locks", () => {
  it("of a person follow those for everybody, whichever was set before for them alone", () => {
    const own = lockForOne(person, room, "lock_chat", true);
    expect(own.locks).toMatchObject({ lock_chat: true, lock_webcam: false });
    const unlocked = lockForAll(room, "lock_chat", false);
    expect(followLocks(own, unlocked).locks.lock_chat).toBe(false);
    const again = lockForOne(own, unlocked, "lock_chat", true);
    expect(followLocks(again, unlocked).locks.lock_chat).toBe(true);
  });

  it("that nobody ordered for everybody stay a person's own", () => {
    const own = lockForOne(person, room, "lock_webcam", true);
    const locked = lockForAll(room, "lock_chat", true);
    expect(followLocks(own, locked).locks).toMatchObject({ lock_webcam: true, lock_chat: true });
  });

  it("stay as they are, as the same object, where there is nothing to follow", () => {
    expect(followLocks(person, room)).toBe(person);
    const locked = lockForAll(room, "lock_chat", true);
    const following = followLocks(person, locked);
    expect(followLocks(following, locked)).toBe(following);
    expect(lockForOne(following, locked, "lock_chat", true)).toBe(following);
  });

  it("come to the same, however late and in whatever order the orders for everybody are followed", () => {
    const order = fc.tuple(fc.constantFrom("lock_chat", "lock_webcam", "lock_reactions"), fc.boolean());
    fc.assert(
      fc.property(fc.array(order, { maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 12 }), (orders, visits) => {
        const rooms = orders.reduce((all, [lock, locked]) => [...all, lockForAll(all.at(-1)!, lock, locked)], [room]);
        const last = rooms.at(-1)!;
        const visited = visits.reduce((record, at) => followLocks(record, rooms[at] ?? last), person);
        const following = followLocks(visited, last);
        expect(following).toEqual({ locks: last.locks, lockTurn: lockTurnOf(last) });
      }),
    );
  });
});
