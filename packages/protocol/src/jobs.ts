import { z } from "zod";
import { sessionIdSchema } from "./ids.ts";
import { roomFeaturesSchema } from "./roomFeatures.ts";
import { jobIdSchema, joiningServiceSchema } from "./services.ts";

/**
 * What a control plane has done by processes of their own (a recorder, a transcriber). Workers are on their own NATS
 * account and know four requests and one broadcast; they never see what participants or control planes say.
 *
 * | request    | body                              | result                  |
 * | ---------- | --------------------------------- | ----------------------- |
 * | `j.take`   | JSON {@link TakeJobRequest}       | {@link TakeJobResult}   |
 * | `j.token`  | JSON {@link LeaseRequest}         | {@link JobTokenResult}  |
 * | `j.report` | JSON {@link JobReport}            | {@link JobReportResult} |
 * | `j.stored` | JSON {@link StoredRecording}      | `{}`                    |
 *
 * `j.news`, without a body: there is something to take or to stop, so ask and report now.
 */
export const jobMethods = ["take", "token", "report", "stored"] as const;
export type JobMethod = (typeof jobMethods)[number];

export const jobSubjects = {
  request: (method: JobMethod) => `j.${method}`,
  news: "j.news",
} as const;

/** Where workers get their answers: `_W.<128 random bits>`. */
export const workerInboxRoot = "_W";

/** How often a worker says that it still does a job, in milliseconds; three times as long without a word and it is dead. */
export const jobHeartbeatMs = 5_000;

/** How a job goes: `taken` by a worker, which `joined` the session, is `running`, and at last `finished` or `failed`. */
export const jobStates = ["taken", "joined", "running", "finished", "failed"] as const;
export type JobState = (typeof jobStates)[number];

const leaseSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** What the control plane keeps a room under, which is more than its name where there are several API clients. */
const keptRoomIdSchema = z.string().min(1).max(512);
/** Of a finished recording: made by the recorder, and its name on disk. */
export const recordingIdSchema = z.uuid();

export const takeJobRequestSchema = z.strictObject({ kind: joiningServiceSchema });
export type TakeJobRequest = z.infer<typeof takeJobRequestSchema>;

/**
 * One job as its worker gets it.
 *
 * - `lease`: 256 random bits in base64url; whoever has it does the job. It ends when the job does or when the worker was not
 *   heard of for too long.
 * - `part`: 1, and one more each time a worker died and another one went on.
 */
export const jobSchema = z.object({
  jobId: jobIdSchema,
  kind: joiningServiceSchema,
  sessionId: sessionIdSchema,
  roomId: keptRoomIdSchema,
  roomTitle: z.string(),
  features: roomFeaturesSchema,
  lease: leaseSchema,
  part: z.int().min(1),
});
export type Job = z.infer<typeof jobSchema>;

export const takeJobResultSchema = z.object({ job: jobSchema.nullable() });
export type TakeJobResult = z.infer<typeof takeJobResultSchema>;

export const leaseRequestSchema = z.strictObject({ jobId: jobIdSchema, lease: leaseSchema });
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

/** `token`: a one-time service token for `POST /api/join`, valid for a minute. */
export const jobTokenResultSchema = z.object({ token: z.string() });
export type JobTokenResult = z.infer<typeof jobTokenResultSchema>;

/** What a job left: a file in the installation's folder of recordings. */
export const jobFileSchema = z.strictObject({
  recordingId: recordingIdSchema,
  fileName: z.string().regex(/^[0-9a-f-]{36}\.mp4(\.age)?$/),
  sizeBytes: z.int().min(0),
  durationMs: z.int().min(0),
});
export type JobFile = z.infer<typeof jobFileSchema>;

/** `message`: what an operator should read; never a name or a secret. */
export const jobReportSchema = z.strictObject({
  jobId: jobIdSchema,
  lease: leaseSchema,
  state: z.enum(jobStates),
  message: z.string().max(500).optional(),
  files: z.array(jobFileSchema).max(16).optional(),
});
export type JobReport = z.infer<typeof jobReportSchema>;

/**
 * What the worker is to do now: go on (`run`), come to a good end (`stop`), or let go of a job that is not its own any
 * more (`abandon`).
 */
export const jobReportResultSchema = z.object({ wanted: z.enum(["run", "stop", "abandon"]) });
export type JobReportResult = z.infer<typeof jobReportResultSchema>;

/**
 * A recording that is complete on disk. Told until it is acknowledged, also by a recorder that found it unfinished after
 * a crash; a second time changes nothing. `startedAt`: Unix milliseconds of its first picture.
 */
export const storedRecordingSchema = jobFileSchema.extend({
  sessionId: sessionIdSchema,
  roomId: keptRoomIdSchema,
  startedAt: z.int().min(0),
});
export type StoredRecording = z.infer<typeof storedRecordingSchema>;
