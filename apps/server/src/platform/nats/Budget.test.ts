import { expect, test } from "vitest";
import { ByteBudget } from "./ByteBudget.ts";

test("gives a burst at once, then an average", () => {
  const budget = new ByteBudget({ bytesPerSecond: 1_000, burstBytes: 5_000 }, 0);
  expect(budget.spend(5_000, 0)).toBe(0);
  expect(budget.spend(500, 0)).toBe(500);
  expect(budget.spend(0, 500)).toBe(0);
  expect(budget.spend(2_000, 1_500)).toBe(1_000);
});

test("does not save more than the burst", () => {
  const budget = new ByteBudget({ bytesPerSecond: 1_000, burstBytes: 5_000 }, 0);
  expect(budget.spend(5_001, 3_600_000)).toBe(1);
});
