import type { BlobStore } from "../platform/blobs/BlobStore.ts";
import { isLive } from "./RoomRecord.ts";
import type { State } from "./State.ts";

/** Longer than any connection stays open over which nothing comes. */
const abandonedMs = 120_000;

/** Deletes the files of sessions that are over, and half files of uploads whose node died. */
export async function sweepBlobs(blobs: BlobStore, { rooms }: Pick<State, "rooms">): Promise<void> {
  // In this order: a session with files is alive in what is read afterwards, unless it ended.
  const stored = await blobs.sessions();
  if (stored.length === 0) return;
  const live = new Set(
    (await rooms.entries("")).filter(({ value }) => isLive(value)).map(({ value }) => value.sessionId),
  );
  for (const sessionId of stored) if (!live.has(sessionId)) await blobs.deleteSession(sessionId);
  await blobs.deleteAbandoned(abandonedMs);
}
