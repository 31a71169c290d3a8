import { describe, expect, it } from "vitest";
import { SharedReads } from "./SharedReads.ts";

/** A store whose reads end when they are told to. */
class SlowStore {
  value = 0;
  readonly ends: (() => void)[] = [];

  readonly read = async (): Promise<number> => {
    const { value } = this;
    await new Promise<void>((resolve) => this.ends.push(resolve));
    return value;
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe("SharedReads", () => {
  it("gives whoever asks during a read the next one, which all of them share", async () => {
    const store = new SlowStore();
    const reads = new SharedReads<number>();
    const first = reads.read("room", store.read);
    store.value = 1;
    const later = [reads.read("room", store.read), reads.read("room", store.read)];
    expect(store.ends).toHaveLength(1);
    store.ends[0]?.();
    await settle();
    store.value = 2;
    const last = reads.read("room", store.read);
    expect(store.ends).toHaveLength(2);
    store.ends[1]?.();
    await settle();
    store.ends[2]?.();
    expect(await Promise.all([first, ...later, last])).toEqual([0, 1, 1, 2]);
    expect(store.ends).toHaveLength(3);
  });

  it("begins at once after a read has ended, and for another key", async () => {
    const store = new SlowStore();
    const reads = new SharedReads<number>();
    const first = reads.read("room", store.read);
    const other = reads.read("other", store.read);
    expect(store.ends).toHaveLength(2);
    for (const end of store.ends) end();
    await Promise.all([first, other]);
    void reads.read("room", store.read);
    expect(store.ends).toHaveLength(3);
  });

  it("fails only who shared the read that failed", async () => {
    const store = new SlowStore();
    const reads = new SharedReads<number>();
    const failing = reads.read("room", () => Promise.reject(new Error("away")));
    const next = reads.read("room", store.read);
    await expect(failing).rejects.toThrow("away");
    await settle();
    store.ends[0]?.();
    expect(await next).toBe(0);
  });
});
