import { Meeting, type ReadonlyStore } from "@sotto/client";
import type { i18n as I18n } from "i18next";
import { ChunkRecorder } from "./ChunkRecorder.ts";
import { Composition } from "./Composition.ts";
import { agreedToRecording } from "./consent.ts";
import { sceneOf } from "./Scene.ts";
import { SoundMix } from "./SoundMix.ts";

/** What the process that opened this page hears of it. Chunks are Matroska in base64. */
export type RecorderNews =
  | { kind: "joined" }
  | { kind: "chunk"; base64: string }
  | { kind: "ended"; reason: string }
  | { kind: "failed"; code: string };

export interface RecordMeetingOptions {
  origin: string;
  /** A service token. */
  token: string;
  container: HTMLElement;
  i18n: I18n;
  createWorker: () => Worker;
  tell: (news: RecorderNews) => Promise<void>;
  /** Ends the recording, and leaves the meeting. */
  signal: AbortSignal;
}

const size = { width: 1280, height: 720 };
const framesPerSecond = 25;
const chunkMs = 2_000;
const rates = { videoBitsPerSecond: 2_000_000, audioBitsPerSecond: 96_000 };

/** Joins as a service and records until the meeting is over or `signal` aborts. Throws where it cannot join or encode. */
export async function recordMeeting(options: RecordMeetingOptions): Promise<void> {
  const { origin, token, container, i18n, createWorker, tell, signal } = options;
  await using meeting = await Meeting.join({
    origin,
    credential: { kind: "token", token },
    media: { microphone: false, camera: false, createWorker },
    signal,
  });
  await tell({ kind: "joined" });

  await using sound = new SoundMix();
  using picture = new Composition({
    container,
    size,
    framesPerSecond,
    words: {
      notRecorded: i18n.t("recorder:notRecorded"),
      alone: i18n.t("recorder:alone"),
      screenOf: (name) => i18n.t("recorder:screen", { name }),
    },
  });
  const { features } = meeting.info;
  const derive = () => {
    const people = meeting.participants.get();
    const scene = sceneOf({
      people,
      tracks: meeting.tracks.get(),
      speakers: meeting.speakers.get(),
      agreed: agreedToRecording(people, meeting.room.get().recording),
      hostCamerasOnly: features.recording_features.only_record_admin_webcams,
    });
    picture.show(scene);
    sound.hear(scene);
  };
  const stopFollowing = [meeting.participants, meeting.room, meeting.tracks, meeting.speakers].map((store) =>
    store.subscribe(derive),
  );
  derive();

  const recorder = new ChunkRecorder({
    tracks: [picture.track, sound.track],
    chunkMs,
    ...rates,
    onChunk: (bytes) => tell({ kind: "chunk", base64: base64Of(bytes) }),
  });
  const reason = await over(meeting.connection, signal);
  for (const stop of stopFollowing) stop();
  await recorder.stop();
  await tell({ kind: "ended", reason });
}

/** Resolves with the reason when the meeting is over for us, or we are to stop. */
function over(
  connection: ReadonlyStore<ReturnType<Meeting["connection"]["get"]>>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const state = connection.get();
      if (state.status === "ended") resolve(state.reason);
    };
    connection.subscribe(look);
    signal.addEventListener("abort", () => resolve("stopped"));
    if (signal.aborted) resolve("stopped");
    look();
  });
}

const sliceBytes = 32_768;

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += sliceBytes)
    text += String.fromCharCode(...bytes.subarray(at, at + sliceBytes));
  return btoa(text);
}
