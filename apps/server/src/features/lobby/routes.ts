import { e2eeModelOf, participantIdSchema, type Installation, type LobbyAnswer } from "@sotto/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { guestsMayOpenMeetings } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";
import { mayOpen } from "../../sessions/Openings.ts";
import type { ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { locksOf, roleOf } from "../../sessions/person.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";

type Person = Pick<ParticipantRecord, "name" | "role" | "hidden" | "locks"> & { mayRename: boolean };

/** What the landing page and the lobby need before anybody joins. Nothing here uses a token up. */
export function lobbyRoutes(http: FastifyInstance, context: Context): void {
  const { config, joinTokens, openings, participants, sessions, ticketHolders } = context;

  http.get("/api/installation", async (): Promise<Installation> => ({
    guestsMayOpenMeetings: guestsMayOpenMeetings(config),
  }));

  http.get<{ Querystring: { participantId?: unknown } }>("/api/lobby", async (request): Promise<LobbyAnswer> => {
    const { authorization } = request.headers;
    const { room, person } = await (authorization === undefined ? fromCookie(request) : fromToken(authorization));
    const e2eeModel = e2eeModelOf(room.features);
    const opening = e2eeModel === "passphrase" ? await openings.get(room) : null;
    return {
      roomId: room.roomId,
      title: room.title,
      name: person.name,
      role: person.role,
      e2eeModel,
      passphrase:
        e2eeModel === "passphrase"
          ? { openedBy: opening?.openedBy.name ?? null, mayOpen: mayOpen(room, person) }
          : null,
      publish: participants.permissionsOf(room, person).publish,
      muteOnStart: room.features.mute_on_start,
      mayRename: person.mayRename,
      waitingRoom: false,
      waitingMessage: "",
    };
  });

  async function fromToken(authorization: string): Promise<{ room: RoomRecord; person: Person }> {
    const claims = joinTokens.verify(authorization);
    const [room, used] = await Promise.all([sessions.room(claims.room_id), joinTokens.isUsed(claims)]);
    if (room === null) throw AppError.roomNotFound();
    if (used) throw AppError.tokenUsed();
    const name = claims.guest ? "" : claims.name;
    const { is_hidden: hidden, guest: mayRename } = claims;
    return { room, person: { name, role: roleOf(claims), hidden, locks: locksOf(room, claims), mayRename } };
  }

  /** Somebody who was admitted and is back at the lobby. */
  async function fromCookie(request: FastifyRequest<{ Querystring: { participantId?: unknown } }>) {
    const participantId = participantIdSchema.optional().parse(request.query.participantId);
    const { room, entry } = await ticketHolders.find(chooseTicket(request, participantId));
    return { room, person: { ...entry.value, mayRename: false } };
  }
}
