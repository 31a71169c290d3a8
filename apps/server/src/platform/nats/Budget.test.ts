import { expect, test } from "vitest";
import { Budget } from "./Budget.ts";

test("gives a burst at once, then an average", () => {
  const budget = new Budget({ perSecond: 1_000, burst: 5_000 }, 0);
  expect(budget.spend(5_000, 0)).toBe(0);
  expect(budget.spend(500, 0)).toBe(500);
  expect(budget.spend(0, 500)).toBe(0);
  expect(budget.spend(2_000, 1_500)).toBe(1_000);
});

test("does not save more than the burst", () => {
  const budget = new Budget({ perSecond: 1_000, burst: 5_000 }, 0);
  expect(budget.spend(5_001, 3_600_000)).toBe(1);
});

test("takes one while there is one, and is not overdrawn by who asks in vain", () => {
  const budget = new Budget({ perSecond: 2, burst: 3 }, 0);
  expect([1, 2, 3, 4, 5].map(() => budget.take(0))).toEqual([true, true, true, false, false]);
  expect([budget.take(400), budget.take(500), budget.take(500)]).toEqual([false, true, false]);
  expect([budget.isFull(1_900), budget.isFull(2_000)]).toEqual([false, true]);
});
