import type { TranscriptAnswer } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";

/** `GET /api/transcript`: whether there is one, and `DELETE`: it is discarded. For the hosts of a session when it is over. */
export function transcriptRoutes(http: FastifyInstance, { receipts, transcripts }: Context): void {
  const sessionOf = (authorization: string | undefined) => receipts.tokens.verify(authorization).sessionId;

  http.get("/api/transcript", async ({ headers }): Promise<TranscriptAnswer> => {
    return { isKept: await transcripts.isKept(sessionOf(headers.authorization)) };
  });

  http.delete("/api/transcript", async ({ headers }) => {
    if (!(await transcripts.discard(sessionOf(headers.authorization)))) throw AppError.notFound();
    return {};
  });
}
