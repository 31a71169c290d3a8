import {
  analyticsIdRequestSchema,
  eraseUserRequestSchema,
  fetchAnalyticsRequestSchema,
  type AnalyticsInfo,
  type FetchAnalyticsResult,
} from "@sotto/protocol";
import type { ApiClient } from "../../clients/ApiClient.ts";
import type { Context } from "../../context.ts";
import { artifactFileName } from "../../receipts/artifactMetadata.ts";
import type { Artifact } from "../../receipts/Artifacts.ts";
import type { PastSession } from "../../sessions/PastSessions.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

/** `/analytics/fetch`: as `/artifact/fetch`, of the statistics only and as SDK 1.x knows them. */
export const fetchAnalytics: Endpoint = async (
  { artifacts, pastSessions },
  request,
  { id: owner },
): Promise<{ result: FetchAnalyticsResult }> => {
  const { room_ids: roomIds, from, limit, order_by } = fetchAnalyticsRequestSchema.parse(request);
  const newestFirst = order_by === "DESC";
  const { total, rows } = await artifacts.list({
    owner,
    roomIds,
    sessionId: null,
    type: "ANALYTICS",
    from,
    limit,
    newestFirst,
  });
  if (rows.length === 0) throw ManagementError.notFound("no analytics were found");
  const sessions = await Promise.all(rows.map(({ sessionId }) => pastSessions.find(sessionId)));
  const analytics_list = rows.map((artifact, index) => analyticsInfo(artifact, sessions[index] ?? null));
  return { result: { total_analytics: String(total), from, limit, order_by, analytics_list } };
};

/** `/analytics/delete` */
export const deleteAnalytics: Endpoint = async (context, request, client) => {
  const { artifactId } = await analyticsOf(context, request, client);
  await context.artifacts.delete(client.id, artifactId);
  return {};
};

/** `/analytics/getDownloadToken`: for `GET /download/analytics/<token>`, for five minutes. */
export function analyticsDownloadToken(tokens: ArtifactTokens): Endpoint {
  return async (context, request, client): Promise<{ token: string }> => {
    const { artifactId } = await analyticsOf(context, request, client);
    return { token: tokens.issue(artifactId) };
  };
}

/** `/analytics/eraseUser`: ours, for people who want to be in no statistics any more, and of whom nothing more is to be told. */
export const eraseUser: Endpoint = async (
  { analytics, webhooks },
  request,
  { id: owner },
): Promise<{ files: string; sessions: string; webhooks: string }> => {
  const { user_id } = eraseUserRequestSchema.parse(request);
  const { files, sessions } = await analytics.eraseUser(owner, user_id);
  const erased = await webhooks.eraseUser(owner, user_id);
  return { files: String(files), sessions: String(sessions), webhooks: String(erased) };
};

/** Other artifacts are not deleted or handed out by these names. */
async function analyticsOf({ artifacts }: Context, request: unknown, client: ApiClient): Promise<Artifact> {
  const { file_id } = analyticsIdRequestSchema.parse(request);
  const artifact = await artifacts.find(file_id);
  if (artifact?.type !== "ANALYTICS" || artifact.owner !== client.id)
    throw ManagementError.notFound("there are no such analytics");
  return artifact;
}

function analyticsInfo(artifact: Artifact, session: PastSession | null): AnalyticsInfo {
  const { artifactId, roomId, created, content } = artifact;
  return {
    room_id: roomId,
    file_id: artifactId,
    file_name: artifactFileName(artifact),
    file_size: String(Buffer.byteLength(content)),
    creation_time: seconds(created),
    room_creation_time: seconds(session?.createdAt ?? created),
  };
}

function seconds(time: Date): string {
  return String(Math.floor(time.getTime() / 1000));
}
