import { expect, test } from "vitest";
import { DecryptionHealth } from "./DecryptionHealth.ts";

const opened = new Uint8Array(1);

test("waiting, ok, undecryptable after a second of nothing but failures, ok again", () => {
  const health = new DecryptionHealth();
  expect(health.state).toBe("waiting");
  expect(health.note(opened, 0)).toBe(true);
  expect(health.note(opened, 50)).toBe(false);
  for (let nowMs = 100; nowMs < 1100; nowMs += 50) expect(health.note("not_authentic", nowMs)).toBe(false);
  expect(health.state).toBe("ok");
  expect(health.note("not_authentic", 1100)).toBe(true);
  expect(health.state).toBe("undecryptable");
  expect(health.note(opened, 1150)).toBe(true);
  expect(health.state).toBe("ok");
});

test("a success among failures starts the second anew", () => {
  const health = new DecryptionHealth();
  for (let nowMs = 0; nowMs < 5000; nowMs += 100) health.note(nowMs % 500 === 0 ? opened : "replayed", nowMs);
  expect(health.state).toBe("ok");
});

test("a muted track is no failure", () => {
  const health = new DecryptionHealth();
  for (let nowMs = 0; nowMs < 5000; nowMs += 100) health.note("server_filler", nowMs);
  expect(health.state).toBe("waiting");
});
