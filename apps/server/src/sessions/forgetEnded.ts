import type { KvBucket } from "../platform/nats/KvBucket.ts";
import { sessionsOf } from "./RoomRecord.ts";
import type { State } from "./State.ts";

/**
 * Drops from this node's memory what belongs to no session: the end of a session on another node purges what it had as a
 * whole, which nobody hears of. Each key is looked for before, since a room may be a moment behind its people.
 */
export async function forgetEnded({
  rooms,
  participants,
  keys,
  openings,
  files,
  activity,
  successors,
  jobs,
}: State): Promise<void> {
  const now = Date.now();
  const known = rooms.memory.values().map(({ value }) => value);
  const live = new Set(known.flatMap(sessionsOf));
  const replaced = new Set(known.flatMap(({ predecessors }) => predecessors));
  await Promise.all([
    forgetOthers(participants, live),
    forgetOthers(keys, live),
    forgetOthers(openings, live),
    forgetOthers(files, live),
    forgetOthers(activity, live),
    forgetOthers(successors, replaced),
  ]);
  for (const bucket of [rooms, participants, keys, openings, files, activity, successors, jobs])
    bucket.memory.prune(now);
}

async function forgetOthers<T>(bucket: KvBucket<T>, live: Set<string>): Promise<void> {
  for (const { key } of bucket.memory.values()) {
    const [sessionId = ""] = key.split(".");
    if (!live.has(sessionId) && (await bucket.get(key)) === null) bucket.memory.forget(key);
  }
}
