import {
  artifactIdRequestSchema,
  artifactType,
  fetchArtifactsRequestSchema,
  type ArtifactInfo,
  type FetchArtifactsResult,
  type PastRoomInfo,
} from "@sotto/protocol";
import type { ApiClient } from "../../clients/ApiClient.ts";
import type { Context } from "../../context.ts";
import { artifactMetadata } from "../../receipts/artifactMetadata.ts";
import type { Artifact } from "../../receipts/Artifacts.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";
import { pastRoomInfo } from "./pastRooms.ts";

/** `/artifact/fetch` */
export const fetchArtifacts: Endpoint = async (
  { artifacts },
  request,
  { id: owner },
): Promise<{ result: FetchArtifactsResult }> => {
  const { room_ids: roomIds, room_sid, type, from, limit, order_by } = fetchArtifactsRequestSchema.parse(request);
  const query = { owner, roomIds, sessionId: room_sid || null, from, limit, newestFirst: order_by === "DESC" };
  const isOurs = type === undefined || type === artifactType;
  const { total, rows } = isOurs ? await artifacts.list(query) : { total: 0, rows: [] };
  if (rows.length === 0) throw ManagementError.notFound("no artifact was found");
  return {
    result: {
      total_artifacts: String(total),
      from: String(from),
      limit: String(limit),
      order_by,
      ...(type !== undefined && { type }),
      artifacts_list: rows.map(artifactInfo),
    },
  };
};

/** `/artifact/info` */
export const getArtifactInfo: Endpoint = async (
  context,
  request,
  client,
): Promise<{ artifact_info: ArtifactInfo; room_info?: PastRoomInfo }> => {
  const artifact = await artifactOf(context, request, client);
  const { sessionId } = artifact;
  const [session, analytics] = await Promise.all([
    context.pastSessions.find(sessionId),
    context.artifacts.ofSession(sessionId, "ANALYTICS"),
  ]);
  return {
    artifact_info: artifactInfo(artifact),
    ...(session !== null && { room_info: pastRoomInfo(session, analytics?.artifactId) }),
  };
};

/** `/artifact/delete` */
export const deleteArtifact: Endpoint = async ({ artifacts }, request, { id: owner }) => {
  const { artifact_id } = artifactIdRequestSchema.parse(request);
  if (!(await artifacts.delete(owner, artifact_id))) throw ManagementError.notFound("there is no such artifact");
  return {};
};

/** `/artifact/getDownloadToken`: for `GET /download/artifact/<token>`, for five minutes. */
export function artifactDownloadToken(tokens: ArtifactTokens): Endpoint {
  return async (context, request, client): Promise<{ token: string }> => {
    const { artifactId } = await artifactOf(context, request, client);
    return { token: tokens.issue(artifactId) };
  };
}

async function artifactOf({ artifacts }: Context, request: unknown, client: ApiClient): Promise<Artifact> {
  const { artifact_id } = artifactIdRequestSchema.parse(request);
  const artifact = await artifacts.find(artifact_id);
  if (artifact === null || artifact.owner !== client.id) throw ManagementError.notFound("there is no such artifact");
  return artifact;
}

function artifactInfo(artifact: Artifact): ArtifactInfo {
  const { artifactId, roomId, created } = artifact;
  return {
    artifact_id: artifactId,
    room_id: roomId,
    type: artifactType,
    created: created.toISOString(),
    metadata: artifactMetadata(artifact),
  };
}
