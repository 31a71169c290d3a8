import type { Snapshot } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import type { RpcRouter } from "../../platform/nats/RpcRouter.ts";
import { maySee, rosterEntryOf, waitingEntryOf } from "../../sessions/ParticipantRecord.ts";
import { roomStateOf } from "../../sessions/RoomRecord.ts";
import { standingOf } from "../../sessions/Standings.ts";

/** `snapshot`: the meeting as the caller may see it, asked for after each connect; changes follow as events. */
export function rosterRpc(router: RpcRouter, { state }: Context): void {
  router.handle("snapshot", async ({ sid, pid }): Promise<Snapshot> => {
    const people = await state.participants.entries(sid);
    const own = people.find(({ value }) => value.participantId === pid);
    const room = own && (await state.rooms.get(own.value.roomId));
    if (!own || room?.value.sessionId !== sid) throw AppError.sessionEnded();
    const waiting = people.flatMap(({ value, revision }) => waitingEntryOf(value, revision) ?? []);
    return {
      participants: people.flatMap(({ value, revision }) =>
        maySee(own.value, value) ? (rosterEntryOf(value, revision) ?? []) : [],
      ),
      room: roomStateOf(room.value, room.revision),
      standing: standingOf(own.value, own.revision, room.value),
      waiting: own.value.role === "host" ? waiting : null,
    };
  });
}
