import type { MeetingTrack, Participant } from "@sotto/client";
import type { ServiceState } from "@sotto/protocol";
import { expect, it } from "vitest";
import { agreedToRecording } from "./consent.ts";
import { sceneOf } from "./Scene.ts";

const jobId = "AAAAAAAAAAAAAAAAAAAAAA";
const recording: ServiceState = { state: "on", jobId, startedBy: null, since: 1 };
const answer = (agreed: boolean, job = jobId) => ({ recording: { jobId: job, agreed } });

function participant(participantId: string, change: Partial<Participant> = {}): Participant {
  const person = { participantId, name: participantId.toUpperCase(), role: "participant" as const, isLocal: false };
  const rest = { connection: "online" as const, joinedAt: 1, hand: null, locks: [], localRecording: null };
  return { ...person, ...rest, consents: answer(true), ...change };
}

function track(
  participantId: string,
  source: MeetingTrack["source"],
  change: Partial<MeetingTrack> = {},
): MeetingTrack {
  const media = { attach: () => {}, detach: () => {}, mediaStreamTrack: {} as MediaStreamTrack };
  const id = `${participantId}-${source}`;
  return { id, participantId, source, isLocal: false, muted: false, status: "live", media, ...change };
}

const everything = (id: string) => [track(id, "camera"), track(id, "microphone"), track(id, "screen_share")];

function scene(people: Participant[], tracks: MeetingTrack[], hostCamerasOnly = false) {
  const agreed = agreedToRecording(people, recording);
  return sceneOf({
    people,
    tracks,
    speakers: new Set(people.map((each) => each.participantId)),
    agreed,
    hostCamerasOnly,
  });
}

it("of who said no, did not answer or answered to another recording, nothing is seen or heard but the name", () => {
  const refusing = [
    participant("no", { consents: answer(false) }),
    participant("silent", { consents: {} }),
    participant("before", { consents: answer(true, "BBBBBBBBBBBBBBBBBBBBBB") }),
  ];
  const { tiles, sounds } = scene(
    [participant("yes"), ...refusing],
    ["yes", "no", "silent", "before"].flatMap(everything),
  );
  expect(sounds.map(({ id }) => id)).toEqual(["yes-microphone"]);
  expect(tiles.map(({ key }) => key)).toEqual(["yes-screen_share", "yes", "no", "silent", "before"]);
  for (const { picture, agreed, speaking } of tiles.slice(2)) {
    expect({ picture, agreed, speaking }).toEqual({ picture: null, agreed: false, speaking: false });
  }
});

it("shows nobody who is in no list, and hears them neither", () => {
  const { tiles, sounds } = scene([participant("yes")], ["yes", "stranger"].flatMap(everything));
  expect(tiles.map(({ key }) => key)).toEqual(["yes-screen_share", "yes"]);
  expect(sounds).toHaveLength(1);
});

it("records hosts' cameras only where the room says so, and everybody's voice", () => {
  const people = [participant("host", { role: "host" }), participant("guest")];
  const { tiles, sounds } = scene(
    people,
    ["host", "guest"].flatMap((id) => everything(id).slice(0, 2)),
    true,
  );
  expect(tiles.map(({ key, picture }) => [key, picture !== null])).toEqual([
    ["host", true],
    ["guest", false],
  ]);
  expect(sounds).toHaveLength(2);
});

it("has no picture of what is muted, waits for its key or does not open", () => {
  const hidden = [
    { muted: true },
    { status: "waiting" as const },
    { status: "undecryptable" as const },
    { media: null },
  ];
  for (const change of hidden) {
    const { tiles, sounds } = scene(
      [participant("yes")],
      [track("yes", "camera", change), track("yes", "microphone", change)],
    );
    expect(tiles).toMatchObject([{ picture: null, muted: true }]);
    expect(sounds).toEqual([]);
  }
});
