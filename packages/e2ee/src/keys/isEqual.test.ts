import { expect, test } from "vitest";
import { isEqual } from "./isEqual.ts";

test("equal is what agrees in length and every byte", () => {
  const check = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(isEqual(check, check.slice())).toBe(true);
  for (const index of check.keys()) expect(isEqual(check, check.with(index, 255))).toBe(false);
  expect(isEqual(check, check.subarray(0, 31))).toBe(false);
  expect(isEqual(check.subarray(0, 31), check)).toBe(false);
});
