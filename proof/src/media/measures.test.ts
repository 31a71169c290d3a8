import { expect, test } from "vitest";
import { correlation, envelopeResemblance, resemblance } from "./correlation.ts";
import { cameraPictures } from "./fakeCapture.ts";
import type { Loudness } from "./inPage.ts";
import { compareFrames } from "./sharedBytes.ts";

/** Always the same numbers, 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** Switched on and off at random every 60 ms. */
function keyedSound(seconds: number, startMs: number): Loudness {
  const random = randomNumbers(7);
  const beats = Array.from({ length: Math.ceil((seconds * 1000) / 60) }, () => random() > 0.5);
  const timesMs = Array.from({ length: seconds * 100 }, (_, index) => startMs + index * 10);
  return { timesMs, values: timesMs.map((_, index) => (beats[Math.floor((index * 10) / 60)] ? 0.3 : 0)) };
}

function noise(seconds: number, seed: number): Loudness {
  const random = randomNumbers(seed);
  const timesMs = Array.from({ length: seconds * 100 }, (_, index) => index * 10);
  return { timesMs, values: timesMs.map(() => random()) };
}

test("a picture resembles itself, and noise resembles no picture", () => {
  const originals = cameraPictures();
  const random = randomNumbers(3);
  for (const picture of originals) expect(resemblance(picture, originals)).toBeCloseTo(1);
  for (let attempt = 0; attempt < 100; attempt++) {
    expect(
      resemblance(
        originals[0]!.map(() => random() * 255),
        originals,
      ),
    ).toBeLessThan(0.2);
  }
  expect(correlation([1, 1, 1], [1, 2, 3]), "what never changes resembles nothing").toBe(0);
});

test("a delayed sound is recognized, also when the delay changes on the way", () => {
  const said = keyedSound(20, 0);
  const heard = { ...said, timesMs: said.timesMs.map((timeMs) => timeMs + (timeMs < 9_000 ? 140 : 620)) };
  expect(envelopeResemblance(said, heard)).toBeGreaterThan(0.8);
});

test("noise is not taken for the sound, whatever delay is tried", () => {
  for (let seed = 1; seed <= 20; seed++) {
    expect(envelopeResemblance(keyedSound(20, 0), noise(20, seed))).toBeLessThan(0.2);
  }
  expect(envelopeResemblance(keyedSound(20, 0), { timesMs: [], values: [] }), "silence").toBe(0);
});

test("frames that were passed on whole or in part are told from others", () => {
  const frame = (text: string) => Buffer.from(text).toString("base64");
  const sent = [frame("abcdefghijklmnopqrstuvwxyz")];
  const arrived = [
    sent[0]!,
    frame("0123bcdefghijklmnopqrst4567"),
    frame("abcdefghij 0123456789 xyz"),
    frame("0".repeat(64)),
  ];
  expect(compareFrames(sent, arrived)).toEqual({ sent: 1, arrived: 4, equal: 1, partlyEqual: 2 });
});
