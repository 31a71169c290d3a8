import type { MeetingTrack, Participant } from "@sotto/client";
import { describe, expect, it } from "vitest";
import { tileModels, type StageStores } from "./tileModels.ts";

const media = {} as NonNullable<MeetingTrack["media"]>;

function person(participantId: string, change: Partial<Participant> = {}): Participant {
  return {
    participantId,
    name: participantId,
    role: "participant",
    isLocal: false,
    connection: "online",
    joinedAt: 0,
    hand: null,
    locks: [],
    consents: {},
    localRecording: null,
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

const nothing: StageStores = {
  participants: [],
  tracks: [],
  speakers: new Set(),
  qualities: new Map(),
  spotlight: null,
};

function only(tracks: MeetingTrack[], speakers: string[] = []) {
  return tileModels({ ...nothing, participants: [person("ada")], tracks, speakers: new Set(speakers) }).people[0];
}

describe("tileModels", () => {
  it("shows everybody of the roster in its order, and nobody else's tracks", () => {
    const { people, screens } = tileModels({
      ...nothing,
      participants: [person("me", { isLocal: true }), person("ada", { connection: "away" })],
      tracks: [track("stranger", "camera"), track("stranger", "screen_share")],
    });
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
    const { screens } = tileModels({
      ...nothing,
      participants: [person("me", { isLocal: true }), person("ada"), person("ben")],
      tracks: [track("ben", "screen_share"), track("ada", "screen_share"), track("me", "screen_share")],
    });
    expect(screens.map(({ name, kind }) => [name, kind])).toEqual([
      ["ada", "screen"],
      ["ben", "screen"],
    ]);
  });

  it("says whose connection is weak, whose hand is up and who is in the spotlight, of their screen too but the hand", () => {
    const { people, screens } = tileModels({
      ...nothing,
      participants: [person("ada", { hand: 2 }), person("ben"), person("cleo")],
      tracks: [track("ada", "screen_share")],
      qualities: new Map([
        ["ada", "poor"],
        ["ben", "good"],
        ["cleo", "lost"],
      ]),
      spotlight: "ada",
    });
    expect(people.map(({ hand, weakness, inSpotlight }) => [hand, weakness, inSpotlight])).toEqual([
      [2, "poor", true],
      [null, null, false],
      [null, "lost", false],
    ]);
    expect(screens).toMatchObject([{ hand: null, inSpotlight: true }]);
  });
});
