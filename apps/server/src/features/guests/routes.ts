import { randomUUID } from "node:crypto";
import {
  openMeetingRequestSchema,
  roomIdSchema,
  userMetadataSchema,
  type GuestTokenAnswer,
  type OpenMeetingAnswer,
} from "@sotto/protocol";
import type { FastifyInstance } from "fastify";
import { guestsMayOpenMeetings } from "../../config/derived.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { RateLimiter } from "../../platform/http/RateLimiter.ts";
import { guestRoom } from "./guestRoom.ts";

/** Meetings without an integrator: anybody opens one, and its link lets others in (docs/adr/0005). */
export function guestRoutes(http: FastifyInstance, { clients, config, joinTokens, sessions }: Context): void {
  const limiter = new RateLimiter(config.guests.requestsPerMinute);

  const tokenFor = (roomId: string, isHost: boolean) =>
    joinTokens.issue(clients.home, {
      room_id: roomId,
      guest: true,
      // Replaced by the name that is given in the lobby.
      name: "Guest",
      user_id: randomUUID(),
      is_admin: isHost,
      is_hidden: false,
      user_metadata: userMetadataSchema.parse({}),
    });

  http.post("/api/meetings", async (request): Promise<OpenMeetingAnswer> => {
    if (!guestsMayOpenMeetings(config)) throw AppError.guestsDisabled();
    limiter.spend(request.ip);
    const { title = "", keyModel = "server" } = openMeetingRequestSchema.parse(request.body ?? {});
    const { emptyTimeoutSeconds } = config.guests;
    const { room } = await sessions.openRoom(guestRoom({ title, keyModel, emptyTimeoutSeconds }));
    await sessions.noteHost(room);
    return { roomId: room.roomId, token: tokenFor(room.roomId, true) };
  });

  http.post<{ Params: { roomId: string } }>(
    "/api/meetings/:roomId/tokens",
    async (request): Promise<GuestTokenAnswer> => {
      limiter.spend(request.ip);
      const roomId = roomIdSchema.safeParse(request.params.roomId);
      const room = roomId.success ? await sessions.room(roomId.data) : null;
      if (room?.origin !== "guest") throw AppError.roomNotFound();
      return { token: tokenFor(room.roomId, false) };
    },
  );
}
