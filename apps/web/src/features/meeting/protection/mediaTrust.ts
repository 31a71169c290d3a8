import type { MeetingTrack, Participant } from "@sotto/client";

/** Something of a person that is not shown or played, and why. */
export interface MediaDoubt {
  readonly id: string;
  readonly name: string;
  readonly kind: "picture" | "sound";
  readonly reason: "undecryptable" | "unencrypted";
}

/** What of the others' picture and sound was found to be theirs. `authenticated`: how many people send at least that. */
export interface MediaTrust {
  readonly authenticated: number;
  readonly doubts: readonly MediaDoubt[];
}

/** Judges what an end-to-end encrypted meeting receives now, from the cryptor's verdicts. */
export function mediaTrust(participants: readonly Participant[], tracks: readonly MeetingTrack[]): MediaTrust {
  const names = new Map(participants.map(({ participantId, name }) => [participantId, name]));
  const authenticated = new Set<string>();
  const doubts: MediaDoubt[] = [];
  for (const { id, participantId, isLocal, source, status } of tracks) {
    const name = names.get(participantId);
    if (isLocal || name === undefined) continue;
    if (status === "live") authenticated.add(participantId);
    if (status !== "undecryptable" && status !== "unencrypted") continue;
    const kind = source === "camera" || source === "screen_share" ? "picture" : "sound";
    doubts.push({ id, name, kind, reason: status });
  }
  for (const { participantId } of participants) {
    if (doubts.some(({ id }) => tracks.some((track) => track.id === id && track.participantId === participantId))) {
      authenticated.delete(participantId);
    }
  }
  return { authenticated: authenticated.size, doubts };
}
