import { z } from "zod";
import { fetchPageSchema } from "./artifacts.ts";
import { int64Schema } from "./wireObject.ts";

/** Tells statistics from other artifacts, in `metadata.file_info.mime_type`. */
export const analyticsMimeType = "application/vnd.sotto.analytics+json";

/** `POST /auth/analytics/fetch`, after `canonicalObject`. No `room_ids`: of every room. */
export const fetchAnalyticsRequestSchema = z.object(fetchPageSchema);
export type FetchAnalyticsRequest = z.infer<typeof fetchAnalyticsRequestSchema>;

/** `POST /auth/analytics/delete`, `getDownloadToken`. A file's id is that of its artifact. */
export const analyticsIdRequestSchema = z.object({ file_id: z.uuid("file_id must be the id of an analytics file") });

/** `POST /auth/analytics/eraseUser`: by `user_id`, or by the `ex_user_id` that became of it. Answers with three counts. */
export const eraseUserRequestSchema = z.object({ user_id: z.string().min(1, "user_id is required").max(255) });

/** The statistics of one session. Times in Unix seconds. */
export const analyticsInfoSchema = z.strictObject({
  room_id: z.string(),
  file_id: z.string(),
  file_name: z.string(),
  file_size: int64Schema,
  creation_time: int64Schema,
  room_creation_time: int64Schema,
});
export type AnalyticsInfo = z.infer<typeof analyticsInfoSchema>;

export const fetchAnalyticsResultSchema = z.strictObject({
  total_analytics: int64Schema,
  from: z.int(),
  limit: z.int(),
  order_by: z.string(),
  analytics_list: z.array(analyticsInfoSchema),
});
export type FetchAnalyticsResult = z.infer<typeof fetchAnalyticsResultSchema>;
