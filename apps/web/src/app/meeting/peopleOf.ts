import type { Participant } from "@sotto/client";
import type { TileModel } from "../../features/meeting/stage/tileModels.ts";
import type { Person } from "../../features/people/PeopleView.tsx";

/** The list of people, from the roster and what their tiles show. */
export function peopleOf(
  participants: readonly Participant[],
  tiles: readonly TileModel[],
  privateUnread: ReadonlyMap<string, number>,
): Person[] {
  return participants.map(({ participantId, name, role, isLocal, connection }) => {
    const tile = tiles.find((candidate) => candidate.participantId === participantId);
    return {
      participantId,
      name,
      role,
      isLocal,
      away: connection === "away",
      speaking: tile?.speaking ?? false,
      microphone: tile?.microphone ?? "muted",
      camera: (tile?.picture ?? null) !== null,
      unread: privateUnread.get(participantId) ?? 0,
    };
  });
}
