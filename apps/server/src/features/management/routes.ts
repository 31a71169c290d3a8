import { canonicalObject } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { ApiClient } from "../../clients/ApiClient.ts";
import type { Context } from "../../context.ts";
import { analyticsDownloadToken, deleteAnalytics, eraseUser, fetchAnalytics } from "./analytics.ts";
import { Budgets } from "../../platform/nats/Budgets.ts";
import { artifactDownloadToken, deleteArtifact, fetchArtifacts, getArtifactInfo } from "./artifacts.ts";
import { ArtifactTokens } from "./ArtifactTokens.ts";
import { broadcastToRoom } from "./broadcast.ts";
import { getClientFiles } from "./clientFiles.ts";
import { downloadRoutes } from "./downloads.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError, managementFailure } from "./ManagementError.ts";
import { missingFeatureRoutes } from "./missingFeatures.ts";
import { fetchPastRooms } from "./pastRooms.ts";
import { downloadRecording } from "./downloadRecording.ts";
import {
  deleteRecording,
  fetchRecordings,
  getRecordingInfo,
  mergeRecordingFiles,
  recordingDownloadToken,
  updateRecordingMetadata,
} from "./recordings.ts";
import { createRoom, endRoom, getActiveRoomInfo, getActiveRoomsInfo, getJoinToken, isRoomActive } from "./rooms.ts";
import { verifySignature } from "./signature.ts";
import { listDeadWebhooks, resendWebhooks } from "./webhooks.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who signed a management request. */
    apiClient: ApiClient | null;
  }
}

interface Tokens {
  artifacts: ArtifactTokens;
  recordings: ArtifactTokens;
}

const endpointsOf = (tokens: Tokens): Record<string, Endpoint> => ({
  "/room/create": createRoom,
  "/room/getJoinToken": getJoinToken,
  "/room/isRoomActive": isRoomActive,
  "/room/getActiveRoomInfo": getActiveRoomInfo,
  "/room/getActiveRoomsInfo": getActiveRoomsInfo,
  "/room/endRoom": endRoom,
  "/room/broadcastToRoom": broadcastToRoom(),
  "/room/fetchPastRooms": fetchPastRooms,
  "/analytics/fetch": fetchAnalytics,
  "/analytics/delete": deleteAnalytics,
  "/analytics/getDownloadToken": analyticsDownloadToken(tokens.artifacts),
  "/analytics/eraseUser": eraseUser,
  "/getClientFiles": getClientFiles,
  "/artifact/fetch": fetchArtifacts,
  "/artifact/info": getArtifactInfo,
  "/artifact/delete": deleteArtifact,
  "/artifact/getDownloadToken": artifactDownloadToken(tokens.artifacts),
  "/recording/fetch": fetchRecordings,
  "/recording/info": getRecordingInfo,
  "/recording/updateMetadata": updateRecordingMetadata,
  "/recording/delete": deleteRecording,
  "/recording/mergeRecordings": mergeRecordingFiles,
  "/recording/getDownloadToken": recordingDownloadToken(tokens.recordings),
  "/webhook/fetchUndelivered": listDeadWebhooks,
  "/webhook/resend": resendWebhooks,
});

/**
 * The HTTP API that integrators' servers call, in plugNmeet's wire format: signed requests, HTTP 200 with
 * `status: false` for application errors, 401 where the signature is not right.
 */
export async function managementRoutes(http: FastifyInstance, context: Context): Promise<void> {
  const { clients, config, log, secrets, state } = context;
  const { requireReplayProtection, requestsPerMinute } = config.api;
  const tokens = {
    artifacts: new ArtifactTokens(secrets.tokens),
    recordings: new ArtifactTokens(secrets.tokens, "recording"),
  };
  const perSecond = requestsPerMinute / 60;
  const budgets = new Budgets({ perSecond, burst: requestsPerMinute });
  downloadRoutes(http, context, tokens.artifacts);
  downloadRecording(http, context, tokens.recordings);
  missingFeatureRoutes(http);

  await http.register(
    async (auth) => {
      // The signature covers the bytes as they came, whatever their content type says.
      auth.removeAllContentTypeParsers();
      auth.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

      auth.decorateRequest("apiClient", null);
      auth.addHook("preHandler", async (request) => {
        const { headers, body } = request;
        const options = { clients, used: state.used, requireReplayProtection };
        const client = await verifySignature(headers, bytesOf(body), options);
        // After that, so that nobody else spends a client's requests.
        if (!budgets.take(client.id)) throw ManagementError.rateLimited(1 / perSecond);
        request.apiClient = client;
      });
      for (const [path, endpoint] of Object.entries(endpointsOf(tokens))) {
        auth.post(path, async ({ apiClient, body }) => {
          if (apiClient === null) throw ManagementError.apiKey();
          const answer = await endpoint(context, requestObject(bytesOf(body)), apiClient);
          return { status: true, msg: "success", status_code: "SUCCESS", ...answer };
        });
      }
      auth.setErrorHandler((thrown, request, reply) => {
        const { httpStatus, body, isOurs } = managementFailure(thrown);
        const wait = thrown instanceof ManagementError ? thrown.retryAfterSeconds : null;
        if (wait !== null) reply.header("retry-after", wait);
        if (isOurs) log.error({ err: thrown, route: request.routeOptions.url }, "a management request failed");
        return reply.code(httpStatus).send(body);
      });
      auth.setNotFoundHandler((_request, reply) =>
        reply.code(404).send({ status: false, msg: "there is no such endpoint", status_code: "NOT_FOUND" }),
      );
    },
    { prefix: "/auth" },
  );
}

/** A request without a body has none to parse. */
function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function requestObject(body: Buffer): unknown {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw ManagementError.parameters("the body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw ManagementError.parameters("the body must be a JSON object");
  }
  return canonicalObject(value);
}
