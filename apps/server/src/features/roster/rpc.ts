import type { Snapshot } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { rosterEntryOf } from "../../sessions/ParticipantRecord.ts";
import { roomStateOf } from "../../sessions/RoomRecord.ts";

/** `snapshot`: the meeting as the caller may see it, asked for after each connect; changes follow as events. */
export function rosterRpc(router: RpcRouter, { participants, state }: Context): void {
  router.handle("snapshot", async ({ sid, pid }): Promise<Snapshot> => {
    const people = await state.participants.entries(sid);
    const own = people.find(({ value }) => value.participantId === pid);
    const room = own && (await state.rooms.get(own.value.roomId));
    if (!own || room?.value.sessionId !== sid) throw AppError.sessionEnded();
    const { role } = own.value;
    return {
      participants: people.flatMap(({ value, revision }) => rosterEntryOf(value, revision) ?? []),
      room: roomStateOf(room.value, room.revision),
      standing: { revision: own.revision, role, permissions: participants.permissionsOf(room.value, own.value) },
      waiting: role === "host" ? [] : null,
    };
  });
}
