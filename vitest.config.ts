import { defineConfig } from "vitest/config";

const ignored = ["**/node_modules/**", "**/dist/**", "**/.sotto/**"];
const integration = ["**/*.integration.test.ts"];
const view = ["**/*.view.test.{ts,tsx}"];
const e2e = ["**/*.e2e.test.ts"];

/** What kind of test a file holds is said by its name; the groups run one after the other, each as wide as it can bear. */
export default defineConfig({
  test: {
    // Tests that leave something running would leave engines running: fail, do not wait for ever.
    teardownTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...ignored, ...integration, ...view, ...e2e],
          // Generous, because a small machine that also builds something is not a bug.
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // On the real engines, booted by each file on free ports.
        extends: true,
        test: {
          name: "integration",
          include: integration,
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Parts of the page alone, in a real Chromium.
        extends: true,
        test: {
          name: "view",
          include: view,
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Meetings in a real Chromium; one file at a time, because video is made and decoded by software here.
        extends: true,
        test: {
          name: "e2e",
          include: e2e,
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
