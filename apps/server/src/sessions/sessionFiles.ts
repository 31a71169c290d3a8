import { z } from "zod";

/**
 * The blobs of one session, so that every node knows what there is and how much room is left. Kept in the KV bucket
 * `files` under the session id.
 *
 * - `announced`: the upload may begin; its space is taken until `until`.
 * - `uploading`: it has begun, and nobody else may begin it.
 * - `stored`: the blob is there, whole.
 *
 * `brokenOff` counts the uploads that began, did not come to their end, and were deleted.
 */
export const sessionFilesSchema = z.object({
  brokenOff: z.int().default(0),
  files: z.array(
    z.discriminatedUnion("state", [
      z.object({ state: z.literal("announced"), fileId: z.string(), bytes: z.int(), until: z.int() }),
      z.object({ state: z.literal("uploading"), fileId: z.string(), bytes: z.int(), until: z.int() }),
      z.object({ state: z.literal("stored"), fileId: z.string(), bytes: z.int() }),
    ]),
  ),
});
export type SessionFilesRecord = z.infer<typeof sessionFilesSchema>;

/** The record of a session in which nobody has announced a file yet. */
export const noFiles: SessionFilesRecord = { brokenOff: 0, files: [] };

type SessionFile = SessionFilesRecord["files"][number];

/** Above every number of files that people exchange, and small enough for one value of the bucket. */
const maxFiles = 2_000;

/** Takes space for an upload; the same record where there is none. Pure, as the functions below: written by compare-and-set. */
export function announce(
  record: SessionFilesRecord,
  { fileId, bytes, until }: { fileId: string; bytes: number; until: number },
  limit: { maxBytes: number; now: number },
): SessionFilesRecord {
  const isKept = (file: SessionFile) => file.state === "stored" || file.until > limit.now;
  const files = record.files.filter(isKept);
  const takenBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (takenBytes + bytes > limit.maxBytes || files.length >= maxFiles) return record;
  const lost = record.files.filter((file) => file.state === "uploading" && !isKept(file)).length;
  return { brokenOff: record.brokenOff + lost, files: [...files, { state: "announced", fileId, bytes, until }] };
}

/** Begins the announced upload; the same record where it is not announced, or has begun. */
export function begin(record: SessionFilesRecord, fileId: string, until: number): SessionFilesRecord {
  const file = record.files.find((each) => each.fileId === fileId);
  if (file?.state !== "announced") return record;
  return replace(record, { state: "uploading", fileId, bytes: file.bytes, until });
}

/** The blob is there, whole; the same record where its space was given up meanwhile. */
export function finish(record: SessionFilesRecord, fileId: string): SessionFilesRecord {
  const file = record.files.find((each) => each.fileId === fileId);
  if (file?.state !== "uploading") return record;
  return replace(record, { state: "stored", fileId, bytes: file.bytes });
}

/** Gives the space back. */
export function forget(record: SessionFilesRecord, fileId: string): SessionFilesRecord {
  const files = record.files.filter((each) => each.fileId !== fileId);
  return { brokenOff: record.brokenOff + record.files.length - files.length, files };
}

function replace(record: SessionFilesRecord, file: SessionFile): SessionFilesRecord {
  return { ...record, files: record.files.map((each) => (each.fileId === file.fileId ? file : each)) };
}
