import { createHash } from "node:crypto";
import { transcriptMimeType } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { sendRange } from "../../platform/http/sendRange.ts";
import { artifactFileName } from "../../receipts/artifactMetadata.ts";
import type { Artifact } from "../../receipts/Artifacts.ts";
import { transcriptText } from "../../receipts/transcriptCues.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";

/** The second is what SDK 1.x calls the statistics among them. */
const paths = ["/download/artifact/:token", "/download/analytics/:token"];

/**
 * `GET /download/artifact/<token>`, `/download/analytics/<token>`: for whoever an integrator gives the token to. A
 * transcript comes as WebVTT, and with `?format=text` as plain text.
 */
export function downloadRoutes(http: FastifyInstance, { artifacts }: Context, tokens: ArtifactTokens): void {
  interface Download {
    Params: { token: string };
    Querystring: { format?: string };
  }
  for (const path of paths) {
    http.get<Download>(path, async (request, reply) => {
      const artifact = await artifacts.find(tokens.verify(request.params.token));
      if (artifact === null) throw AppError.notFound();
      const { type, fileName, text } = formOf(artifact, request.query.format);
      const content = Buffer.from(text);
      reply
        .type(`${type}; charset=utf-8`)
        .header("content-disposition", `attachment; filename="${fileName}"`)
        .header("content-security-policy", "default-src 'none'; sandbox");
      return sendRange(request, reply, {
        sizeBytes: content.length,
        version: createHash("sha256").update(content).digest("base64url"),
        read: (first, last) => content.subarray(first, last + 1),
      });
    });
  }
}

function formOf(artifact: Artifact, format: string | undefined): { type: string; fileName: string; text: string } {
  const fileName = artifactFileName(artifact);
  if (artifact.type !== "TRANSCRIPT") return { type: "application/json", fileName, text: artifact.content };
  if (format !== "text") return { type: transcriptMimeType, fileName, text: artifact.content };
  return { type: "text/plain", fileName: fileName.replace(/vtt$/, "txt"), text: transcriptText(artifact.content) };
}
