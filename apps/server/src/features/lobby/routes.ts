import { e2eeModelOf, participantIdSchema, type Installation, type LobbyAnswer } from "@sotto/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { roomName } from "../../clients/roomScope.ts";
import { guestsMayOpenMeetings } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { chooseTicket } from "../../platform/http/resumeCookies.ts";
import { isBanned } from "../../sessions/bans.ts";
import { lockTurnOf } from "../../sessions/locks.ts";
import { mayOpen } from "../../sessions/Openings.ts";
import type { ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import { isCounted, locksOf, mustWait, permissionsIn, roleOf } from "../../sessions/person.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";

type Person = Pick<
  ParticipantRecord,
  "name" | "role" | "hidden" | "waiting" | "locks" | "lockTurn" | "service" | "inAnalytics"
> & {
  mayRename: boolean;
};

/** What the landing page and the lobby need before anybody joins. Nothing here uses a token up. */
export function lobbyRoutes(http: FastifyInstance, context: Context): void {
  const { config, joinTokens, openings, sessions, ticketHolders } = context;

  http.get("/api/installation", async (): Promise<Installation> => ({
    guestsMayOpenMeetings: guestsMayOpenMeetings(config),
  }));

  http.get<{ Querystring: { participantId?: unknown } }>("/api/lobby", async (request): Promise<LobbyAnswer> => {
    const { authorization } = request.headers;
    const { room, person } = await (authorization === undefined ? fromCookie(request) : fromToken(authorization));
    const e2eeModel = e2eeModelOf(room.features);
    const opening = e2eeModel === "passphrase" ? await openings.get(room) : null;
    return {
      roomId: roomName(room.roomId),
      title: room.title,
      name: person.name,
      role: person.role,
      e2eeModel,
      passphrase:
        e2eeModel === "passphrase"
          ? { openedBy: opening?.openedBy.name ?? null, mayOpen: mayOpen(room, person) }
          : null,
      publish: permissionsIn(room, { ...person, waiting: false }).publish,
      muteOnStart: room.features.mute_on_start,
      mayRename: person.mayRename,
      waitingRoom: person.waiting,
      analytics: isCounted(room, { ...person, inAnalytics: true }) ? { included: person.inAnalytics } : null,
      waitingMessage: person.waiting ? room.features.waiting_room_features.waiting_room_msg : "",
    };
  });

  async function fromToken(authorization: string): Promise<{ room: RoomRecord; person: Person }> {
    const claims = joinTokens.verify(authorization);
    const [room, used] = await Promise.all([sessions.room(claims.room_id), joinTokens.isUsed(claims)]);
    if (room === null) throw AppError.roomNotFound();
    if (used) throw AppError.tokenUsed();
    if (isBanned(room, claims)) throw AppError.removed();
    const name = claims.guest ? "" : claims.name;
    const role = roleOf(claims);
    const { is_hidden: hidden, guest: mayRename } = claims;
    const waiting = mustWait(room, { role, hidden });
    const locks = { locks: locksOf(room, claims), lockTurn: lockTurnOf(room) };
    return { room, person: { name, role, hidden, waiting, service: null, ...locks, mayRename, inAnalytics: true } };
  }

  /** Somebody who was admitted and is back at the lobby. */
  async function fromCookie(request: FastifyRequest<{ Querystring: { participantId?: unknown } }>) {
    const participantId = participantIdSchema.optional().parse(request.query.participantId);
    const { room, entry } = await ticketHolders.find(chooseTicket(request, participantId));
    return { room, person: { ...entry.value, mayRename: false } };
  }
}
