import { z } from "zod";
import { jobRecordSchema, type JobRecord } from "../platform/jobs/JobRecord.ts";
import { activityRecordSchema, type ActivityRecord } from "../analytics/ActivityRecord.ts";
import type { KvBucket } from "../platform/nats/KvBucket.ts";
import type { StateStore } from "../platform/nats/StateStore.ts";
import { keyRecordSchema, type KeyRecord } from "./KeyRecord.ts";
import { openingRecordSchema, type OpeningRecord } from "./OpeningRecord.ts";
import { participantRecordSchema, type ParticipantRecord } from "./ParticipantRecord.ts";
import { sessionFilesSchema, type SessionFilesRecord } from "./sessionFiles.ts";
import { roomRecordSchema, type RoomRecord } from "./RoomRecord.ts";

const markerSchema = z.literal(1);

/** Everything the control plane knows about meetings that are not over, all of it in memory. Every node remembers all but `used`. */
export interface State {
  /** By room id. */
  rooms: KvBucket<RoomRecord>;
  /** By `<session id>.<participant id>`. */
  participants: KvBucket<ParticipantRecord>;
  /** By session id; rooms with end-to-end encryption only. */
  keys: KvBucket<KeyRecord>;
  /** By session id; how sessions with a passphrase were opened. Made once, never replaced. */
  openings: KvBucket<OpeningRecord>;
  /** By session id; what is announced and stored in the blob store. */
  files: KvBucket<SessionFilesRecord>;
  /** By `<session id>.<participant id>`; what people do, in rooms with statistics and of people who are in them. */
  activity: KvBucket<ActivityRecord>;
  /** By id of a session that was replaced: the id of its room. Removed at the room's end. */
  successors: KvBucket<string>;
  /** By job id; what recorders and transcribers do. */
  jobs: KvBucket<JobRecord>;
  /** One-time markers of used join tokens and request nonces, by hash, until they would have expired anyway. */
  used: KvBucket<1>;
}

/** Opens the buckets; what they hold is remembered until `signal` aborts. */
export async function openState(store: StateStore, signal: AbortSignal): Promise<State> {
  const [rooms, participants, keys, openings, files, activity, successors, jobs, used] = await Promise.all([
    store.bucket("rooms", roomRecordSchema),
    store.bucket("participants", participantRecordSchema),
    store.bucket("keys", keyRecordSchema),
    store.bucket("openings", openingRecordSchema),
    store.bucket("files", sessionFilesSchema),
    store.bucket("activity", activityRecordSchema),
    store.bucket("successors", z.string()),
    store.bucket("jobs", jobRecordSchema),
    store.bucket("used", markerSchema),
  ]);
  await store.settle();
  const remembered = [rooms, participants, keys, openings, files, activity, successors, jobs];
  await Promise.all(remembered.map((bucket) => bucket.remember(signal)));
  return { rooms, participants, keys, openings, files, activity, successors, jobs, used };
}
