import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { sendRange } from "../../platform/http/sendRange.ts";
import { artifactFileName } from "../../receipts/artifactMetadata.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";

/** The second is what SDK 1.x calls the statistics among them. */
const paths = ["/download/artifact/:token", "/download/analytics/:token"];

/** `GET /download/artifact/<token>`, `/download/analytics/<token>`: for whoever an integrator gives the token to. */
export function downloadRoutes(http: FastifyInstance, { artifacts }: Context, tokens: ArtifactTokens): void {
  for (const path of paths) {
    http.get<{ Params: { token: string } }>(path, async (request, reply) => {
      const artifact = await artifacts.find(tokens.verify(request.params.token));
      if (artifact === null) throw AppError.notFound();
      const content = Buffer.from(artifact.content);
      reply
        .type("application/json; charset=utf-8")
        .header("content-disposition", `attachment; filename="${artifactFileName(artifact)}"`)
        .header("content-security-policy", "default-src 'none'; sandbox");
      return sendRange(request, reply, {
        sizeBytes: content.length,
        version: createHash("sha256").update(content).digest("base64url"),
        read: (first, last) => content.subarray(first, last + 1),
      });
    });
  }
}
