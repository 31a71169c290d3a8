import { openSessionRequestSchema, restartRequestSchema, type Opening } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";

/** Sessions with a passphrase: `POST /api/opening` opens one, `POST /api/restart` replaces it by one to be opened anew. */
export function openingRoutes(http: FastifyInstance, { openings, restarts, ticketHolders }: Context): void {
  http.post("/api/opening", async (request): Promise<{ opening: Opening }> => {
    const { participantId, ...proof } = openSessionRequestSchema.parse(request.body ?? {});
    const ticket = chooseTicket(request, participantId);
    const { room, entry } = await ticketHolders.find(ticket);
    // What opens a session was derived from its id: it cannot open the one that followed.
    if (room.sessionId !== ticket.sessionId) throw AppError.sessionEnded();
    return { opening: await openings.open(room, entry.value, proof) };
  });

  http.post("/api/restart", async (request): Promise<object> => {
    const { participantId } = restartRequestSchema.parse(request.body ?? {});
    const ticket = chooseTicket(request, participantId);
    const { room, entry } = await ticketHolders.find(ticket);
    await restarts.restart({ room, sessionId: ticket.sessionId, by: entry.value });
    return {};
  });
}
