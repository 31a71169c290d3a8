import type { FastifyInstance } from "fastify";
import { ManagementError, managementFailure } from "./ManagementError.ts";

/** Endpoints of plugNmeet whose feature this version does not have. */
const missing = { "/auth/room/uploadWhiteboardFile": "whiteboard" };

/** They say so to whoever asks and before anything is read: files come with a signature that covers none of their bytes. */
export function missingFeatureRoutes(http: FastifyInstance): void {
  for (const [path, feature] of Object.entries(missing)) {
    const { httpStatus, body } = managementFailure(ManagementError.featureDisabled(feature));
    http.post(path, { onRequest: async (_request, reply) => reply.code(httpStatus).send(body) }, () => body);
  }
}
