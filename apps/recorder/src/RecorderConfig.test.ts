import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadRecorderConfig } from "./RecorderConfig.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-recorder-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = `SU${"A".repeat(56)}`;
const required = { SOTTO_WORKER_NATS: "a:4222, b:4222", SOTTO_WORKER_SEED: seed, SOTTO_WORKER_DIR: "/srv/recordings" };
const environment = { ...required, SOTTO_WORKER_ORIGIN: "https://meet.example.org" };

it("takes everything from variables, and what is not said from its defaults", () => {
  expect(loadRecorderConfig(undefined, { ...environment, SOTTO_WORKER_AT_ONCE: "7", OTHER: "1" })).toEqual({
    nats: ["a:4222", "b:4222"],
    seed,
    origin: "https://meet.example.org",
    dir: "/srv/recordings",
    atOnce: 7,
    chromium: "/usr/bin/chromium",
    ffmpeg: "ffmpeg",
    logLevel: "info",
  });
});

it("reads a file, whose folder a relative path counts from; variables win", () => {
  const file = join(folder, "recorder.yaml");
  writeFileSync(file, `nats: c:4222\nseed: ${seed}\norigin: http://10.0.0.1:8080\ndir: recordings\natOnce: 3\n`);
  const config = loadRecorderConfig(file, { SOTTO_WORKER_AT_ONCE: "4" });
  expect(config).toMatchObject({ nats: ["c:4222"], dir: join(folder, "recordings"), atOnce: 4 });
});

it.each([
  ["dir (SOTTO_WORKER_DIR)", { SOTTO_WORKER_DIR: undefined }],
  ["seed (SOTTO_WORKER_SEED)", { SOTTO_WORKER_SEED: "SUguess" }],
  ["origin (SOTTO_WORKER_ORIGIN)", { SOTTO_WORKER_ORIGIN: "ftp://x" }],
  ["atOnce (SOTTO_WORKER_AT_ONCE)", { SOTTO_WORKER_AT_ONCE: "0" }],
  ["ageRecipient (SOTTO_WORKER_AGE_RECIPIENT)", { SOTTO_WORKER_AGE_RECIPIENT: "AGE-SECRET-KEY-1X" }],
])("names %s where it cannot be used, and quotes no value", (name, change) => {
  expect(() => loadRecorderConfig(undefined, { ...environment, ...change })).toThrow(name);
  expect(() => loadRecorderConfig(undefined, { ...environment, ...change })).not.toThrow(/guess|SECRET/);
});

it("refuses settings that there are not", () => {
  const file = join(folder, "unknown.yaml");
  writeFileSync(file, "secret: x\n");
  expect(() => loadRecorderConfig(file, environment)).toThrow(/secret/);
});
