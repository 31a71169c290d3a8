import { CookieJar, startStack, type Stack } from "@sotto/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFaults } from "./test/fuzz/findFaults.ts";
import { FuzzedMeeting } from "./test/fuzz/FuzzedMeeting.ts";

/**
 * Meetings to which anything happens, on two nodes: people come, go, reload, write to everybody and to one another, lose
 * their connections; nodes crash, nats-server is killed. In the end everybody who is there agrees on who is there and what
 * was said, nothing is lost or doubled, and what the server lost is announced.
 *
 * `FUZZ_SEEDS=1-200 npm test -- packages/client/src/Meeting.fuzz` runs these seeds; one that fails says how to run it again.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ nodes: 2, enginesApart: true });
});
afterAll(() => stack.stop());

const defaultSeeds = "1-8";
const steps = 45;

function seeds(): number[] {
  const given = process.env["FUZZ_SEEDS"] ?? defaultSeeds;
  return given.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** By the seed, so that every run of it meets the same. */
function crashesOf(seed: number): { node: number | null; nats: boolean } {
  return { node: seed % 4 === 3 ? (seed >> 2) % 2 : null, nats: seed % 8 === 5 || seed % 24 === 7 };
}

test.each(seeds())("seed %i", { timeout: 180_000 }, async (seed) => {
  const crashes = crashesOf(seed);
  await using meeting = new FuzzedMeeting({ stack, newFetch: () => new CookieJar().fetch, seed, steps, crashes });
  const again = `again with: FUZZ_SEEDS=${seed} npm test -- packages/client/src/Meeting.fuzz`;
  try {
    await meeting.run();
  } catch (error) {
    throw new Error(`${again}\n${meeting.log}`, { cause: error });
  }
  expect(findFaults(meeting, crashes.nats), `${again}\n${meeting.log}`).toEqual([]);
});
