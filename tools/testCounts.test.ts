import { expect, it } from "vitest";
import { countTests } from "./testCounts.mjs";

const file = (name: string, status: string, tests: string[]) => ({
  name,
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

it("counts tests, not files, and leaves skipped ones out", () => {
  const testResults = [file("a", "failed", ["passed", "failed", "skipped"]), file("b", "passed", ["passed"])];
  expect(countTests({ testResults }, 1)).toEqual({ passed: 2, failed: 1, brokenFiles: [] });
});

it("counts a file that could not be loaded as a failure", () => {
  const testResults = [file("a", "failed", []), file("b", "passed", ["passed"])];
  expect(countTests({ testResults }, 1)).toEqual({ passed: 1, failed: 1, brokenFiles: ["a"] });
});

it("never reports success for a run that ended badly", () => {
  expect(countTests({ testResults: [file("a", "passed", ["passed"])] }, 1)).toMatchObject({ passed: 1, failed: 1 });
});
