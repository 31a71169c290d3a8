import { pageClosedRequestSchema } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";

/** `POST /api/page-closed`: says that a connection is not lost but closed. Without it, nothing is wrong but the waiting. */
export function pageClosedRoutes(http: FastifyInstance, { participants, ticketHolders }: Context): void {
  http.post("/api/page-closed", async (request): Promise<object> => {
    const { participantId, senderNonce, left } = pageClosedRequestSchema.parse(request.body ?? {});
    const { entry } = await ticketHolders.find(chooseTicket(request, participantId));
    const { sessionId, seat } = entry.value;
    if (!left) await participants.pageClosed(sessionId, participantId, senderNonce);
    else if (seat?.senderNonce === senderNonce) await participants.leave(sessionId, participantId);
    return {};
  });
}
