import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { KvBucket } from "./KvBucket.ts";
import type { KvChange } from "./KvWatch.ts";
import { startTestNats, type TestNats } from "./testing/startTestNats.ts";

let nats: TestNats;
let bucket: KvBucket<{ count: number }>;

beforeAll(async () => {
  nats = await startTestNats();
  bucket = await nats.platform.state.bucket("tests", z.object({ count: z.int() }));
});
afterAll(() => nats[Symbol.asyncDispose]());

test("create makes a key once, update compares", async () => {
  const first = await bucket.create("a.b", { count: 1 });
  expect(await bucket.create("a.b", { count: 2 })).toBeNull();
  expect(await bucket.get("a.b")).toEqual({ key: "a.b", value: { count: 1 }, revision: first });
  const second = await bucket.update("a.b", { count: 3 }, first ?? 0);
  expect(await bucket.update("a.b", { count: 4 }, first ?? 0)).toBeNull();
  expect(await bucket.get("a.b")).toEqual({ key: "a.b", value: { count: 3 }, revision: second });
  expect(await bucket.get("a.c")).toBeNull();
});

test("of 100 who want a key at once exactly one gets it", async () => {
  const wins = await Promise.all(
    Array.from({ length: 100 }, (_, count) => bucket.createOnce("once", 60_000, { count })),
  );
  expect(wins.filter(Boolean)).toHaveLength(1);
  expect(await bucket.createOnce("once", 60_000, { count: 0 })).toBe(false);
});

test("a marker is gone after its time, and leaves nothing", async () => {
  expect(await bucket.createOnce("short", 1_000, { count: 0 })).toBe(true);
  expect(await bucket.createOnce("short", 1_000, { count: 0 })).toBe(false);
  await delay(2_200);
  expect(await bucket.count("short")).toBe(0);
  expect(await bucket.createOnce("short", 1_000, { count: 0 })).toBe(true);
});

test("no change is lost when many change one key", async () => {
  await bucket.create("contended", { count: 0 });
  await Promise.all(
    Array.from({ length: 50 }, () => bucket.mutate("contended", ({ count }) => ({ count: count + 1 }))),
  );
  expect((await bucket.get("contended"))?.value).toEqual({ count: 50 });
  expect(await bucket.mutate("missing", (value) => value)).toBeNull();
  const before = await bucket.get("contended");
  expect(await bucket.mutate("contended", (value) => value)).toEqual(before);
});

test("a purged key is gone and may be made again", async () => {
  const revision = await bucket.create("purged", { count: 1 });
  expect(await bucket.purge("purged", (revision ?? 0) - 1)).toBe(false);
  expect(await bucket.purge("purged", revision ?? 0)).toBe(true);
  expect(await bucket.get("purged")).toBeNull();
  expect(await bucket.entries("purged")).toEqual([]);
  expect(await bucket.create("purged", { count: 2 })).toBeGreaterThan(revision ?? 0);
  expect((await bucket.get("purged"))?.value).toEqual({ count: 2 });
});

test("purging a prefix leaves nothing of it and everything else", async () => {
  for (const key of ["s1", "s1.p1", "s1.p2", "s1.p2.x", "s10.p1", "s2.p1"]) await bucket.create(key, { count: 1 });
  await bucket.purge("s1.p1");
  expect((await bucket.entries("s1")).map(({ key }) => key)).toEqual(["s1", "s1.p2", "s1.p2.x"]);
  expect(await bucket.count("s1")).toBe(4);
  await bucket.purgePrefix("s1");
  expect(await bucket.count("s1")).toBe(0);
  expect(await bucket.entries("s1")).toEqual([]);
  expect(await bucket.count("s10")).toBe(1);
  expect(await bucket.count("s2")).toBe(1);
});

test("lists more entries than one delivery holds", async () => {
  await Promise.all(Array.from({ length: 1_500 }, (_, count) => bucket.create(`many.k${count}`, { count })));
  const entries = await bucket.entries("many");
  expect(new Set(entries.map(({ value }) => value.count)).size).toBe(1_500);
});

test("wildcards are no keys", async () => {
  await expect(bucket.get("many.>")).rejects.toThrow(/not a key/);
  await expect(bucket.purgePrefix("*")).rejects.toThrow(/not a key/);
  await expect(bucket.create("a..b", { count: 0 })).rejects.toThrow(/not a key/);
});

test("a watcher hears what is there and what changes, until it stops", async () => {
  await bucket.create("w.a", { count: 1 });
  const changes: KvChange<{ count: number }>[] = [];
  const stop = new AbortController();
  await bucket.watch("w", (change) => changes.push(change), stop.signal);
  await expect.poll(() => changes.at(-1)?.kind).toBe("ready");
  const revision = await bucket.create("w.b", { count: 2 });
  await bucket.purge("w.a");
  await expect.poll(() => changes.map(({ kind }) => kind)).toEqual(["reset", "put", "ready", "put", "purge"]);
  expect(changes[3]).toEqual({ kind: "put", key: "w.b", value: { count: 2 }, revision, origin: null });
  stop.abort();
  await bucket.create("w.c", { count: 3 });
  await delay(50);
  expect(changes).toHaveLength(5);
});
