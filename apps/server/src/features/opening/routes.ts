import { openSessionRequestSchema, restartRequestSchema, type Opening } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";

/** Sessions with a passphrase: `POST /api/opening` opens one, `POST /api/restart` replaces it by one to be opened anew. */
export function openingRoutes(http: FastifyInstance, { openings, restarts, ticketHolders }: Context): void {
  http.post("/api/opening", async (request): Promise<{ opening: Opening }> => {
    const { sessionId, participantId, ...proof } = openSessionRequestSchema.parse(request.body ?? {});
    const { room, entry } = await ticketHolders.find(chooseTicket(request, participantId));
    // What opens a session was derived from its id: it cannot open another. The cookie does not tell, because all tabs of
    // a person share it, also those that have not heard of the newest session.
    if (room.sessionId !== sessionId) throw AppError.sessionReplaced();
    return { opening: await openings.open(room, entry.value, proof) };
  });

  http.post("/api/restart", async (request): Promise<object> => {
    const { sessionId, participantId } = restartRequestSchema.parse(request.body ?? {});
    const { room, entry } = await ticketHolders.find(chooseTicket(request, participantId));
    await restarts.restart({ room, sessionId, by: entry.value });
    return {};
  });
}
