import {
  e2eeModelOf,
  sourceStatuses,
  userEventNames,
  type AnalyticsEvent,
  type AnalyticsFile,
  type UserEventName,
} from "@sotto/protocol";
import { roomName } from "../clients/roomScope.ts";
import type { EndingSession } from "../sessions/EndingSession.ts";
import { lockTurnOf } from "../sessions/locks.ts";
import type { RoomRecord } from "../sessions/RoomRecord.ts";
import { noteLeft, type ActivityEvent, type ActivityRecord } from "./ActivityRecord.ts";

interface AnalyticsFacts {
  room: RoomRecord;
  ending: EndingSession;
  /** Everybody who was in the session. */
  people: number;
  /** Of those who are in the statistics. */
  records: ActivityRecord[];
}

/** The statistics of a session that is over. Somebody who came with several tokens is one user. */
export function analyticsFileOf({ room, ending, people, records }: AnalyticsFacts): AnalyticsFile {
  const { beganAt, endedAt } = ending;
  const lockOrders = lockTurnOf(room);
  const byUser = Map.groupBy(records, ({ userId }) => userId);
  return {
    room: {
      room_id: roomName(room.roomId),
      room_title: room.title,
      room_total_users: String(people),
      room_creation: seconds(beganAt),
      room_ended: seconds(endedAt),
      // Two nodes may have told the time.
      room_duration: seconds(Math.max(0, endedAt - beganAt)),
      enabled_e2ee: e2eeModelOf(room.features) !== "none",
      events: lockOrders === 0 ? [] : [{ name: "locks", total: lockOrders, values: [] }],
    },
    users: [...byUser.values()].flatMap((sameUser) => userOf(sameUser, endedAt)),
  };
}

/** What the newest record says of who it is. */
function userOf(records: ActivityRecord[], endedAt: number): AnalyticsFile["users"] {
  const over = records.map((record) => noteLeft(record, endedAt)).toSorted((a, b) => firstJoin(a) - firstJoin(b));
  const events = userEventNames.flatMap((name) => {
    const parts = over.flatMap((record) => record.events[name] ?? []);
    return parts.length === 0 ? [] : [eventOf(name, parts)];
  });
  return over.slice(-1).map(({ userId, name, extraData, exUserId }) => ({
    user_id: userId,
    name,
    is_admin: over.some(({ isAdmin }) => isAdmin),
    extra_data: extraData,
    ex_user_id: exUserId,
    events,
  }));
}

function eventOf(name: UserEventName, parts: ActivityEvent[]): AnalyticsEvent {
  const values = parts.flatMap((part) => part.values).toSorted((a, b) => a.at - b.at);
  return {
    name,
    total: parts.reduce((sum, { total }) => sum + total, 0),
    values: values.map(({ at, on }) => ({
      time: String(at),
      value: on === undefined ? String(at) : sourceStatuses[on ? "on" : "off"],
    })),
  };
}

function firstJoin({ events }: ActivityRecord): number {
  return events.joined?.values[0]?.at ?? 0;
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
