import type { KvEntry } from "../platform/nats/KvBucket.ts";
import { isPresent, takesPlace, type ParticipantRecord } from "./ParticipantRecord.ts";
import type { RoomRecord } from "./RoomRecord.ts";

/** More people than anybody lets in one by one; every one of them holds a connection. */
const maxWaiting = 100;

/**
 * Whether there is a place left for somebody, in the session or in the waiting room. Of those who came at the same time,
 * the earliest have the places: who wrote later than `revision` (null: nothing was written yet) and has never connected
 * does not count.
 */
export function hasPlace(
  { maxParticipants }: RoomRecord,
  entries: KvEntry<ParticipantRecord>[],
  { key, value, revision }: { key: string; value: ParticipantRecord; revision: number | null },
): boolean {
  const limit = value.waiting ? maxWaiting : maxParticipants;
  if (limit === 0 || value.service !== null) return true;
  const isInTheWay = value.waiting ? isWaiting : takesPlace;
  const before = entries.filter(
    (entry) =>
      entry.key !== key &&
      isInTheWay(entry.value) &&
      (revision === null || entry.revision < revision || entry.value.seat !== null),
  );
  return before.length < limit;
}

function isWaiting(record: ParticipantRecord): boolean {
  return isPresent(record) && record.waiting;
}
