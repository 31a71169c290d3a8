import type { FastifyInstance } from "fastify";
import { openApiDocument } from "./openApiDocument.ts";

/** `GET /api/openapi.json`: the HTTP API, for programs. */
export function openApiRoutes(http: FastifyInstance): void {
  const document = openApiDocument();
  http.get("/api/openapi.json", async () => document);
}
