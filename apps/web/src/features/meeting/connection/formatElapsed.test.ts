import { expect, it } from "vitest";
import { formatElapsed } from "./formatElapsed.ts";

it.each([
  [-5, "0:00"],
  [7_900, "0:07"],
  [61_000, "1:01"],
  [750_000, "12:30"],
])("%i ms are %s", (elapsedMs, shown) => {
  expect(formatElapsed(elapsedMs)).toBe(shown);
});
