import { expect, it } from "vitest";
import { durationWords } from "./durationWords.ts";

it.each([
  [0, "en", "1 second"],
  [40_200, "en", "40 seconds"],
  [89_000, "de", "89 Sekunden"],
  [118_000, "en", "2 minutes"],
])("%i ms in %s are %s", (ms, language, words) => {
  expect(durationWords(ms, language)).toBe(words);
});
