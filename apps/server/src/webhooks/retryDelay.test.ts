import { expect, it } from "vitest";
import { retryDelay } from "./retryDelay.ts";

it("doubles from a second to the longest, a fifth less at most", () => {
  for (const [failed, seconds] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [10, 512],
    [11, 600],
    [5_000, 600],
  ] as const) {
    for (let times = 0; times < 50; times++) {
      const delayMs = retryDelay(failed, 600_000);
      expect(delayMs).toBeLessThanOrEqual(seconds * 1000);
      expect(delayMs).toBeGreaterThanOrEqual(seconds * 800);
    }
  }
});
