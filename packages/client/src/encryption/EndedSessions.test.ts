import { expect, test } from "vitest";
import { createEndedSessions } from "./EndedSessions.ts";

function memory(initial: Record<string, string> = {}) {
  const items = new Map(Object.entries(initial));
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
}

const idOf = (number: number) => String(number).padStart(22, "A");

test("knows what was added, over a reload too, and nothing else", async () => {
  const storage = memory();
  await createEndedSessions(storage).add(idOf(1));
  const reloaded = createEndedSessions(storage);
  expect([await reloaded.has(idOf(1)), await reloaded.has(idOf(2))]).toEqual([true, false]);
  expect([...storage.items.values()].join()).not.toContain(idOf(1));
});

test("keeps the last 1,000 and forgets the oldest", async () => {
  const storage = memory();
  const ended = createEndedSessions(storage);
  for (let number = 0; number <= 1_000; number++) await ended.add(idOf(number));
  await ended.add(idOf(1_000));
  expect([await ended.has(idOf(0)), await ended.has(idOf(1)), await ended.has(idOf(1_000))]).toEqual([
    false,
    true,
    true,
  ]);
});

test("what somebody else left in the storage, or a storage that refuses, is no error", async () => {
  for (const left of ["{", "3", "[1,null]"]) {
    const ended = createEndedSessions(memory({ "sotto.endedSessions": left }));
    expect(await ended.has(idOf(1))).toBe(false);
    await ended.add(idOf(1));
    expect(await ended.has(idOf(1))).toBe(true);
  }
  const refusing = {
    getItem: () => {
      throw new Error("forbidden");
    },
    setItem: () => {
      throw new Error("full");
    },
  };
  await createEndedSessions(refusing).add(idOf(1));
  expect(await createEndedSessions(refusing).has(idOf(1))).toBe(false);
});
