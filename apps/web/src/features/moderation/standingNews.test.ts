import type { LocalMediaState, SourceState } from "@sotto/client";
import { expect, it } from "vitest";
import { standingNews } from "./standingNews.ts";

const on: SourceState = { allowed: true, enabled: true, pending: false, stopped: false, error: null };
const devices = { audioinput: null, videoinput: null, audiooutput: null };
const media = (change: Partial<LocalMediaState> = {}): LocalMediaState => ({
  microphone: on,
  camera: on,
  screen: on,
  devices,
  ...change,
});
const participant = (change: Partial<LocalMediaState> = {}) => ({ role: "participant" as const, media: media(change) });

it("tells what was locked and unlocked", () => {
  const locked = { ...on, allowed: false, enabled: false };
  expect(standingNews(participant(), participant({ microphone: locked, screen: locked }))).toEqual([
    "microphone.locked",
    "screen.locked",
  ]);
  expect(standingNews(participant({ camera: locked }), participant())).toEqual(["camera.unlocked"]);
});

it("tells what was switched off, once, and not of what was locked", () => {
  const stopped = { ...on, enabled: false, stopped: true };
  expect(standingNews(participant(), participant({ camera: stopped }))).toEqual(["camera.stopped"]);
  expect(standingNews(participant({ camera: stopped }), participant({ camera: stopped }))).toEqual([]);
  expect(standingNews(participant(), participant({ camera: { ...stopped, allowed: false } }))).toEqual([
    "camera.locked",
  ]);
});

it("says nothing of what one did oneself", () => {
  const off = { ...on, enabled: false };
  expect(standingNews(participant(), participant({ microphone: off, camera: { ...on, pending: true } }))).toEqual([]);
});

it("tells of a change of role that alone", () => {
  const host = { role: "host" as const, media: media({ screen: { ...on, allowed: false } }) };
  expect(standingNews(host, participant())).toEqual(["participant"]);
  expect(standingNews(participant(), host)).toEqual(["host"]);
});
