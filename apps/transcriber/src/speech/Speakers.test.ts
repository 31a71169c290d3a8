import type { Caption } from "@sotto/protocol";
import { beforeEach, expect, it } from "vitest";
import type { Engine, RecogniserListener } from "../engine/Engine.ts";
import { Speakers } from "./Speakers.ts";

/** What came to a recogniser, and how to have it say something. */
interface Opened extends RecogniserListener {
  written: number;
  pauses: number;
  closed: boolean;
}

const opened: Opened[] = [];
/** Says what the test has it say; how programs are run is tested with the programs. */
const engine: Engine = {
  name: "told",
  open(listener) {
    const one: Opened = { ...listener, written: 0, pauses: 0, closed: false };
    opened.push(one);
    return {
      write: () => ++one.written < 1_000,
      pause: () => void (one.pauses += 1),
      close: () => void (one.closed = true),
    };
  },
};

let nowMs = 0;
let captions: Caption[] = [];
let speakers: Speakers;
beforeEach(() => {
  nowMs = 0;
  captions = [];
  opened.length = 0;
  speakers = new Speakers({
    engine,
    atOnce: 2,
    now: () => nowMs,
    onCaption: (caption) => void captions.push(caption),
    onLost: () => undefined,
  });
});

const [ada, bob, eve] = ["p_aaaaaaaaaaaaaaaa", "p_bbbbbbbbbbbbbbbb", "p_cccccccccccccccc"] as const;
const pcm = new Uint8Array(3_200);
const speak = (who: string, level = 0.1) => speakers.hear(who, pcm, level);

it("names captions by whose words they are and when they began, and ends them", () => {
  nowMs = 100;
  speak(ada);
  nowMs = 900;
  speak(ada);
  opened[0]?.onHeard({ text: "go", isFinal: false });
  opened[0]?.onHeard({ text: "go forward", isFinal: true });
  nowMs = 1_500;
  speak(ada);
  opened[0]?.onHeard({ text: "ten meters", isFinal: true });
  expect(captions).toEqual([
    { participantId: ada, text: "go", isFinal: false, startMs: 100 },
    { participantId: ada, text: "go forward", isFinal: true, startMs: 100, endMs: 900 },
    { participantId: ada, text: "ten meters", isFinal: true, startMs: 1_500, endMs: 1_500 },
  ]);
});

it("never names two captions of one person alike", () => {
  for (const text of ["one", "two"]) {
    speak(ada);
    opened[0]?.onHeard({ text, isFinal: true });
  }
  expect(new Set(captions.map(({ startMs }) => startMs)).size).toBe(2);
});

it("hears no more people than it may, the loudest, and leaves places with who has them", () => {
  speak(ada, 0.1);
  speak(bob, 0.2);
  speak(eve, 0.12);
  expect(opened.length).toBe(2);
  expect(speakers.unheard).toBe(1);
  speak(eve, 0.5);
  expect(opened.map(({ closed }) => closed)).toEqual([true, false, false]);
});

it("gives the place of who is silent to who speaks, in a low voice too", () => {
  speak(ada, 0.9);
  speak(bob, 0.9);
  nowMs = 2_500;
  speak(bob, 0.9);
  speak(eve, 0.01);
  expect(opened.map(({ closed }) => closed)).toEqual([true, false, false]);
});

it("takes what a recogniser says late for nobody's words", () => {
  speak(ada);
  speakers.forget(ada);
  opened[0]?.onHeard({ text: "late", isFinal: true });
  speak(ada);
  opened[0]?.onHeard({ text: "later", isFinal: true });
  expect(captions).toEqual([]);
  expect(opened.length).toBe(2);
});

it("gives somebody whose recogniser ended another one, and closes all at the end", () => {
  speak(ada);
  opened[0]?.onLost(new Error("gone"));
  speak(ada);
  speakers.pause(ada);
  expect(opened.map(({ pauses }) => pauses)).toEqual([0, 1]);
  speakers.dispose();
  expect(opened[1]?.closed).toBe(true);
});

it("gives up who has not spoken for a minute", () => {
  speak(ada);
  nowMs = 61_000;
  speak(bob);
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
});

it("cuts what is longer than a caption", () => {
  speak(ada);
  opened[0]?.onHeard({ text: "word ".repeat(200), isFinal: true });
  expect(captions[0]?.text.length).toBe(500);
});
