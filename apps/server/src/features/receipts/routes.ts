import type { ReceiptAnswer, ReceiptKeyAnswer } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";

/** `GET /api/receipt-key`, for everybody, and `GET /api/receipt`, for the hosts of a session when it is over. */
export function receiptRoutes(http: FastifyInstance, { receipts, receiptKey, sessions }: Context): void {
  http.get("/api/receipt-key", async (): Promise<ReceiptKeyAnswer> => receiptKey.published);

  http.get("/api/receipt", async (request, reply): Promise<ReceiptAnswer> => {
    const { roomId, sessionId } = receipts.tokens.verify(request.headers.authorization);
    // In this order: the receipt is written before the room's record goes.
    const isEnding = await sessions.isEnding(roomId, sessionId);
    const document = await receipts.find(sessionId);
    if (document !== null) return { status: "ready", document };
    if (!isEnding) throw AppError.notFound();
    return reply.code(202).send({ status: "checking" } satisfies ReceiptAnswer);
  });
}
