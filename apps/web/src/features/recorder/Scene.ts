import type { MeetingTrack, Participant, PlayableMedia } from "@sotto/client";

/** One picture of the recording: a person, or a screen that they share. */
export interface RecordedTile {
  readonly key: string;
  readonly kind: "person" | "screen";
  readonly name: string;
  /** Null for somebody without a camera picture, and for whoever did not agree to be recorded. */
  readonly picture: PlayableMedia | null;
  readonly agreed: boolean;
  readonly speaking: boolean;
  readonly muted: boolean;
}

/** What a recording shows and lets hear at a moment. */
export interface Scene {
  readonly tiles: readonly RecordedTile[];
  readonly sounds: readonly MeetingTrack[];
}

/**
 * - `people`: everybody to be shown, who agreed or not; no services.
 * - `agreed`: whose media may be recorded. Of nobody else a picture or a sound gets into a scene, whatever was subscribed.
 * - `hostCamerasOnly`: of ordinary participants' cameras nothing is recorded.
 */
export interface SceneInput {
  readonly people: readonly Participant[];
  readonly tracks: readonly MeetingTrack[];
  readonly speakers: ReadonlySet<string>;
  readonly agreed: ReadonlySet<string>;
  readonly hostCamerasOnly: boolean;
}

/** Derives the scene of a meeting: shared screens first, then people in the order they came. */
export function sceneOf({ people, tracks, speakers, agreed, hostCamerasOnly }: SceneInput): Scene {
  const names = new Map(people.map((person) => [person.participantId, person]));
  const recorded = tracks.filter(({ participantId, isLocal }) => !isLocal && agreed.has(participantId));
  const playing = recorded.filter(({ muted, status, media }) => !muted && status === "live" && media !== null);

  const screens = playing
    .filter(({ source, participantId }) => source === "screen_share" && names.has(participantId))
    .map(({ id, participantId, media }): RecordedTile => {
      const name = names.get(participantId)?.name ?? "";
      return { key: id, kind: "screen", name, picture: media, agreed: true, speaking: false, muted: false };
    });
  const persons = people.map(({ participantId, name, role }): RecordedTile => {
    const own = playing.filter((track) => track.participantId === participantId);
    const camera = hostCamerasOnly && role !== "host" ? undefined : own.find(({ source }) => source === "camera");
    return {
      key: participantId,
      kind: "person",
      name,
      picture: camera?.media ?? null,
      agreed: agreed.has(participantId),
      speaking: agreed.has(participantId) && speakers.has(participantId),
      muted: !own.some(({ source }) => source === "microphone"),
    };
  });
  const sounds = playing.filter(
    ({ source, participantId }) =>
      names.has(participantId) && (source === "microphone" || source === "screen_share_audio"),
  );
  return { tiles: [...screens, ...persons], sounds };
}
