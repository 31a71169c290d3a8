import { e2eeModelOf, permissionsOf, type Installation, type LobbyAnswer } from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import { guestsMayOpenMeetings } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { locksOf, roleOf } from "../../sessions/person.ts";

/** What the landing page and the lobby need before anybody joins. Nothing here uses a token up. */
export function lobbyRoutes(http: FastifyInstance, { config, joinTokens, sessions }: Context): void {
  http.get("/api/installation", async (): Promise<Installation> => ({
    guestsMayOpenMeetings: guestsMayOpenMeetings(config),
  }));

  http.get("/api/lobby", async (request): Promise<LobbyAnswer> => {
    const claims = joinTokens.verify(request.headers.authorization);
    const [room, used] = await Promise.all([sessions.room(claims.room_id), joinTokens.isUsed(claims)]);
    if (room === null) throw AppError.roomNotFound();
    if (used) throw AppError.tokenUsed();
    const role = roleOf(claims);
    const { features } = room;
    const locks = locksOf(room, claims);
    const { publish } = permissionsOf({ role, waiting: false, hidden: claims.is_hidden, features, locks });
    return {
      roomId: room.roomId,
      title: room.title,
      name: claims.guest ? "" : claims.name,
      role,
      e2eeModel: e2eeModelOf(features),
      passphrase: e2eeModelOf(features) === "passphrase" ? { openedBy: null, mayOpen: role === "host" } : null,
      publish,
      muteOnStart: features.mute_on_start,
      mayRename: claims.guest,
    };
  });
}
