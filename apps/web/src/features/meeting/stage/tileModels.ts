import type { ConnectionQuality, MeetingTrack, Participant } from "@sotto/client";

/** One rectangle of the stage: a person, or a screen that a person shares. */
export interface TileModel {
  id: string;
  kind: "person" | "screen";
  participantId: string;
  name: string;
  isLocal: boolean;
  away: boolean;
  speaking: boolean;
  microphone: "on" | "muted" | "undecryptable" | "unencrypted";
  /** The place among the raised hands; null while it is down. */
  hand: number | null;
  /** What is wrong with the connection of this person; null while all is well. */
  weakness: "poor" | "lost" | null;
  /** Whether a host shows this person large to everybody. */
  inSpotlight: boolean;
  /** The camera or the screen; null when it is off. Only a `live` one may be seen, every other stays covered. */
  picture: Pick<MeetingTrack, "status" | "media" | "dimensions"> | null;
}

export interface StageModel {
  people: TileModel[];
  /** Screens that others share, the newest first. The own one is not shown: it would show itself in itself. */
  screens: TileModel[];
}

/** The SDK's stores that the stage shows. `spotlight`: a participant id, or null. */
export interface StageStores {
  participants: readonly Participant[];
  tracks: readonly MeetingTrack[];
  speakers: ReadonlySet<string>;
  qualities: ReadonlyMap<string, ConnectionQuality>;
  spotlight: string | null;
}

/** What the stage shows. Tracks of people who are not in the roster are not shown. */
export function tileModels({ participants, tracks, speakers, qualities, spotlight }: StageStores): StageModel {
  const people = participants.map((participant): TileModel => {
    const own = tracks.filter((track) => track.participantId === participant.participantId);
    const quality = qualities.get(participant.participantId);
    const microphone = microphoneOf(own.find((track) => track.source === "microphone"));
    return {
      id: participant.participantId,
      kind: "person",
      participantId: participant.participantId,
      name: participant.name,
      isLocal: participant.isLocal,
      away: participant.connection === "away",
      speaking: microphone === "on" && speakers.has(participant.participantId),
      microphone,
      hand: participant.hand,
      weakness: quality === "poor" || quality === "lost" ? quality : null,
      inSpotlight: participant.participantId === spotlight,
      picture: pictureOf(own.find((track) => track.source === "camera")),
    };
  });
  const screens: TileModel[] = [];
  for (const track of tracks) {
    const person = people.find(({ participantId }) => participantId === track.participantId);
    if (!person || person.isLocal || track.source !== "screen_share") continue;
    const id = `${person.id} ${track.id}`;
    screens.unshift({ ...person, id, kind: "screen", speaking: false, hand: null, picture: pictureOf(track) });
  }
  return { people, screens };
}

function microphoneOf(track: MeetingTrack | undefined): TileModel["microphone"] {
  if (!track || track.muted) return "muted";
  return track.status === "undecryptable" || track.status === "unencrypted" ? track.status : "on";
}

function pictureOf(track: MeetingTrack | undefined): TileModel["picture"] {
  return track && !track.muted ? track : null;
}
