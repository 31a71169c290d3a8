import { expect, test, vi } from "vitest";
import { Backoff, backoffMs } from "./backoff.ts";

test("no pause of the first half minute is longer than two seconds, none later than five", () => {
  for (let attempt = 0; attempt < 40; attempt++) {
    expect(backoffMs(attempt, 29_999)).toBeLessThanOrEqual(2_000);
    expect(backoffMs(attempt, 30_000)).toBeLessThanOrEqual(5_000);
    expect(backoffMs(attempt, 0)).toBeGreaterThanOrEqual(125);
  }
});

test("a pause ends when there is reason to try at once", async () => {
  vi.useFakeTimers();
  const listeners = new Set<() => void>();
  const backoff = new Backoff({
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const paused = backoff.pause(new AbortController().signal);
  for (const listener of listeners) listener();
  await paused;
  expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  vi.useRealTimers();
});
