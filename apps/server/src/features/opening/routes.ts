import { openSessionRequestSchema, type Opening } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import type { Context } from "../../context.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";

/** Sessions with a passphrase: `POST /api/opening` opens one. */
export function openingRoutes(http: FastifyInstance, { openings, ticketHolders }: Context): void {
  http.post("/api/opening", async (request): Promise<{ opening: Opening }> => {
    const { participantId, ...proof } = openSessionRequestSchema.parse(request.body ?? {});
    const { room, entry } = await ticketHolders.find(chooseTicket(request, participantId));
    return { opening: await openings.open(room, entry.value, proof) };
  });
}
