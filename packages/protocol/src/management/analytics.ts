import { z } from "zod";
import { fetchPageSchema } from "./artifacts.ts";

/** Tells statistics from other artifacts, in `metadata.file_info.mime_type`. */
export const analyticsMimeType = "application/vnd.sotto.analytics+json";

/** `POST /auth/analytics/fetch`, after `canonicalObject`. No `room_ids`: of every room. */
export const fetchAnalyticsRequestSchema = z.object(fetchPageSchema);
export type FetchAnalyticsRequest = z.infer<typeof fetchAnalyticsRequestSchema>;

/** `POST /auth/analytics/delete`, `getDownloadToken`. A file's id is that of its artifact. */
export const analyticsIdRequestSchema = z.object({ file_id: z.uuid("file_id must be the id of an analytics file") });

/** `POST /auth/analytics/eraseUser`: by `user_id`, or by the `ex_user_id` that became of it. Answers with two counts. */
export const eraseUserRequestSchema = z.object({ user_id: z.string().min(1, "user_id is required").max(255) });

/** The statistics of one session. Times in Unix seconds. */
export interface AnalyticsInfo {
  room_id: string;
  file_id: string;
  file_name: string;
  file_size: string;
  creation_time: string;
  room_creation_time: string;
}

export interface FetchAnalyticsResult {
  total_analytics: string;
  from: number;
  limit: number;
  order_by: string;
  analytics_list: AnalyticsInfo[];
}
