import type { MeetingTrack, Participant } from "@sotto/client";
import { expect, test } from "vitest";
import { mediaTrust } from "./mediaTrust.ts";

const person = (participantId: string, name: string) => ({ participantId, name, isLocal: false }) as Participant;
const people = [person("a", "Ada"), person("b", "Ben"), person("c", "Cleo")];

const track = (
  participantId: string,
  source: MeetingTrack["source"],
  status: MeetingTrack["status"],
  isLocal = false,
) => ({ id: `${participantId} ${source}`, participantId, source, status, isLocal }) as MeetingTrack;

test("counts who is seen or heard for certain, and names what is not", () => {
  const tracks = [
    track("a", "camera", "live", true),
    track("b", "camera", "live"),
    track("b", "microphone", "waiting"),
    track("c", "camera", "undecryptable"),
    track("c", "microphone", "live"),
    track("c", "screen_share_audio", "unencrypted"),
    track("d", "camera", "live"),
  ];
  expect(mediaTrust(people, tracks)).toEqual({
    authenticated: 1,
    doubts: [
      { id: "c camera", name: "Cleo", kind: "picture", reason: "undecryptable" },
      { id: "c screen_share_audio", name: "Cleo", kind: "sound", reason: "unencrypted" },
    ],
  });
});
