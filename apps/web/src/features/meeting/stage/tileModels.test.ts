import type { MeetingTrack, Participant } from "@sotto/client";
import { describe, expect, it } from "vitest";
import { tileModels } from "./tileModels.ts";

const media = {} as NonNullable<MeetingTrack["media"]>;

function person(participantId: string, change: Partial<Participant> = {}): Participant {
  return {
    participantId,
    name: participantId,
    role: "participant",
    isLocal: false,
    connection: "online",
    joinedAt: 0,
    ...change,
  };
}

function track(
  participantId: string,
  source: MeetingTrack["source"],
  change: Partial<MeetingTrack> = {},
): MeetingTrack {
  const id = `${participantId}-${source}`;
  return { id, participantId, source, isLocal: false, muted: false, status: "live", media, ...change };
}

function only(tracks: MeetingTrack[], speakers: string[] = []) {
  return tileModels([person("ada")], tracks, new Set(speakers)).people[0];
}

describe("tileModels", () => {
  it("shows everybody of the roster in its order, and nobody else's tracks", () => {
    const { people, screens } = tileModels(
      [person("me", { isLocal: true }), person("ada", { connection: "away" })],
      [track("stranger", "camera"), track("stranger", "screen_share")],
      new Set(),
    );
    expect(people.map(({ id, away }) => [id, away])).toEqual([
      ["me", false],
      ["ada", true],
    ]);
    expect(screens).toEqual([]);
  });

  it("shows the camera, and nothing while it is off", () => {
    expect(only([])?.picture).toBeNull();
    expect(only([track("ada", "camera", { muted: true })])?.picture).toBeNull();
    expect(only([track("ada", "microphone")])?.picture).toBeNull();
    const covered = only([track("ada", "camera", { status: "waiting", media: null })]);
    expect(covered?.picture).toMatchObject({ status: "waiting", media: null });
  });

  it("knows who can be heard", () => {
    expect(only([], ["ada"])).toMatchObject({ microphone: "muted", speaking: false });
    expect(only([track("ada", "microphone", { muted: true })], ["ada"])).toMatchObject({
      microphone: "muted",
      speaking: false,
    });
    expect(only([track("ada", "microphone")], ["ada"])).toMatchObject({ microphone: "on", speaking: true });
    expect(only([track("ada", "microphone", { status: "undecryptable" })], ["ada"])).toMatchObject({
      microphone: "undecryptable",
      speaking: false,
    });
  });

  it("puts the newest screen first and leaves the own one out", () => {
    const { screens } = tileModels(
      [person("me", { isLocal: true }), person("ada"), person("ben")],
      [track("ben", "screen_share"), track("ada", "screen_share"), track("me", "screen_share")],
      new Set(),
    );
    expect(screens.map(({ name, kind }) => [name, kind])).toEqual([
      ["ada", "screen"],
      ["ben", "screen"],
    ]);
  });
});
