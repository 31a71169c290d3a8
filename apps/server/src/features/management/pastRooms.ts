import { fetchPastRoomsRequestSchema, type FetchPastRoomsResult, type PastRoomInfo } from "@sotto/protocol";
import type { PastSession } from "../../sessions/PastSessions.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

/** `/room/fetchPastRooms`: one entry per session that is over. */
export const fetchPastRooms: Endpoint = async (
  { artifacts, pastSessions },
  request,
  { id: owner },
): Promise<{ result: FetchPastRoomsResult }> => {
  const { room_ids: roomIds, from, limit, order_by } = fetchPastRoomsRequestSchema.parse(request);
  const { total, rows } = await pastSessions.list({ owner, roomIds, from, limit, newestFirst: order_by === "DESC" });
  if (rows.length === 0) throw ManagementError.notFound("no past room was found");
  const analytics = await artifacts.idsBySession(
    rows.map(({ sessionId }) => sessionId),
    "ANALYTICS",
  );
  const rooms_list = rows.map((session) => pastRoomInfo(session, analytics.get(session.sessionId)));
  return { result: { total_rooms: String(total), from, limit, order_by, rooms_list } };
};

/** `analyticsId`: of the session's statistics. */
export function pastRoomInfo(session: PastSession, analyticsId?: string): PastRoomInfo {
  return {
    room_title: session.roomTitle,
    room_id: session.roomId,
    room_sid: session.sessionId,
    joined_participants: String(session.joinedParticipants),
    webhook_url: session.webhookUrl,
    created: wireTime(session.createdAt),
    ended: wireTime(session.endedAt),
    ...(analyticsId !== undefined && { analytics_file_id: analyticsId }),
  };
}

/** `2026-11-24 20:05:00`, in UTC */
function wireTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}
