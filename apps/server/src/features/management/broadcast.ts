import { randomBytes } from "node:crypto";
import { broadcastRequestSchema, type NoticeEvent } from "@sotto/protocol";
import { scopedRoomId } from "../../clients/roomScope.ts";
import { Budgets } from "../../platform/nats/Budgets.ts";
import { isKnownAs } from "../../sessions/isKnownAs.ts";
import { isThere, type ParticipantRecord } from "../../sessions/ParticipantRecord.ts";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

const noticesPerMinute = 10;
const perSecond = noticesPerMinute / 60;

/**
 * `/room/broadcastToRoom`: a notice for the people who are in a session now, or for some of them. It is passed on, and kept
 * and logged nowhere.
 */
export function broadcastToRoom(): Endpoint {
  const budgets = new Budgets({ perSecond, burst: noticesPerMinute });

  return async ({ nats, sessions, state }, request, client) => {
    const asked = broadcastRequestSchema.parse(request);
    const { only_to_admins: onlyHosts, to_user_id: userId, notification_msg, chat_msg } = asked;
    const room = await sessions.room(scopedRoomId(client.id, asked.room_id));
    if (room === null) throw ManagementError.roomNotFound();
    const { sessionId } = room;
    if (!budgets.take(sessionId)) throw ManagementError.rateLimited(1 / perSecond);
    const people = (await state.participants.entries(sessionId)).map(({ value }) => value).filter(isThere);
    const isForAll = !onlyHosts && userId === undefined;
    const isMeant = (person: ParticipantRecord) =>
      isForAll || (onlyHosts && person.role === "host") || (userId !== undefined && isKnownAs(person, userId));
    const meant = people.filter(isMeant);
    if (meant.length === 0) throw ManagementError.notFound("nobody is in the meeting whom this is for");
    const notice: NoticeEvent = {
      id: randomBytes(16).toString("hex"),
      level: notification_msg?.type ?? "info",
      text: notification_msg?.text ?? chat_msg?.message ?? "",
    };
    if (isForAll) nats.bus.broadcast(sessionId, "notice", notice);
    else for (const { participantId } of meant) nats.bus.sendTo(sessionId, participantId, "notice", notice);
    await nats.bus.flush();
    return {};
  };
}
