import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { artifactFileName } from "./artifacts.ts";
import type { ArtifactTokens } from "./ArtifactTokens.ts";

/** `GET /download/artifact/<token>`: for whoever an integrator gives the token to. */
export function downloadRoutes(http: FastifyInstance, { artifacts }: Context, tokens: ArtifactTokens): void {
  http.get<{ Params: { token: string } }>("/download/artifact/:token", async ({ params }, reply) => {
    const artifact = await artifacts.find(tokens.verify(params.token));
    if (artifact === null) throw AppError.notFound();
    return reply
      .type("application/json; charset=utf-8")
      .header("content-disposition", `attachment; filename="${artifactFileName(artifact)}"`)
      .header("content-security-policy", "default-src 'none'; sandbox")
      .send(artifact.content);
  });
}
