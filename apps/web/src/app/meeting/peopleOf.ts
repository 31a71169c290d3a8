import type { MeetingTrack, Participant } from "@sotto/client";
import type { TileModel } from "../../features/meeting/stage/tileModels.ts";
import type { Person } from "../../features/people/Person.ts";

/** The list of people, from the roster, what their tiles show and who shares a screen. */
export function peopleOf(
  participants: readonly Participant[],
  tiles: readonly TileModel[],
  tracks: readonly MeetingTrack[],
  privateUnread: ReadonlyMap<string, number>,
): Person[] {
  const sharing = new Set(
    tracks.filter(({ source }) => source === "screen_share").map(({ participantId }) => participantId),
  );
  return participants.map(({ participantId, name, role, isLocal, connection, hand, locks }) => {
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
      sharing: sharing.has(participantId),
      hand,
      inSpotlight: tile?.inSpotlight ?? false,
      locks,
      unread: privateUnread.get(participantId) ?? 0,
    };
  });
}
