import { describe, expect, it } from "vitest";
import { KvMemory } from "./KvMemory.ts";

const put = (key: string, revision: number, origin: number | null = null) =>
  ({ kind: "put", key, value: `${key}@${revision}`, revision, origin }) as const;

/** A memory that has heard these keys, each at the revision that its place says. */
function memoryOf(...keys: string[]) {
  const memory = new KvMemory<string>();
  const revived: string[] = [];
  memory.onRevived(({ key }) => revived.push(key));
  memory.hear({ kind: "reset" });
  keys.forEach((key, index) => memory.hear(put(key, index + 1)));
  memory.hear({ kind: "ready" });
  return { memory, revived };
}

const keysOf = (entries: { key: string }[]) => entries.map(({ key }) => key);

describe("what a node remembers of a bucket", () => {
  it("is what it heard and wrote, whichever comes first", () => {
    const { memory } = memoryOf("a", "b");
    memory.wrote({ key: "a", value: "mine", revision: 9 });
    memory.hear(put("a", 5)); // on its way when the newer one was written
    expect(memory.get("a")?.value).toBe("mine");
    memory.purged("a", 12);
    memory.hear(put("a", 9));
    expect(keysOf(memory.values())).toEqual(["b"]);
    memory.hear(put("a", 13));
    expect(memory.get("a")?.revision).toBe(13);
  });

  it("is found by the first part of its keys, whatever becomes of them", () => {
    const { memory } = memoryOf("s", "s.a", "s.b", "t.a", "ss.a");
    const below = (prefix: string) => keysOf([...memory.below(prefix)]);
    expect([below("s"), below("t"), below("none")]).toEqual([["s", "s.a", "s.b"], ["t.a"], []]);
    memory.purged("s.a", 9);
    memory.forget("t.a");
    memory.hear(put("s.b", 10));
    expect([below("s"), below("t")]).toEqual([["s", "s.b"], []]);
    memory.startOver();
    expect(below("s")).toEqual([]);
  });

  it("is without what a watch that starts over does not tell any more", () => {
    const { memory } = memoryOf("a", "b", "c");
    memory.hear({ kind: "reset" });
    memory.hear(put("c", 3));
    memory.wrote({ key: "d", value: "mine", revision: 8 });
    memory.hear(put("e", 6));
    expect(keysOf(memory.values())).toEqual(["a", "b", "c", "d", "e"]);
    memory.hear({ kind: "ready" });
    expect(keysOf(memory.values())).toEqual(["c", "d", "e"]);
  });

  it("is without what was purged with its prefix, also where that is heard late", () => {
    const { memory } = memoryOf("s1", "s1.p", "s10.p");
    memory.purgedPrefix("s1");
    memory.hear(put("s1.p", 7));
    expect(keysOf(memory.values())).toEqual(["s10.p"]);
  });
});

describe("what a node remembers after a loss", () => {
  it("begins anew, and knows what there was", () => {
    const { memory } = memoryOf("a", "b");
    memory.startOver();
    expect([keysOf(memory.lostEntries()), memory.values()]).toEqual([["a", "b"], []]);
  });

  it("and another loss takes nothing of what was not written back yet", () => {
    const { memory } = memoryOf("a", "b", "c");
    memory.startOver();
    memory.wrote({ key: "a", value: "newer", revision: 100 });
    memory.purged("c", 101);
    memory.startOver();
    expect(memory.lostEntries().map(({ key, value }) => [key, value])).toEqual([
      ["a", "newer"],
      ["b", "b@2"],
    ]);
  });

  it("tells what another node writes back although it was gone: it was heard to go, or is missing below what was heard", () => {
    const { memory, revived } = memoryOf("a", "b", "c");
    memory.hear({ kind: "purge", key: "b", revision: 4 });
    memory.startOver();
    memory.hear(put("a", 100, 1)); // as we would
    memory.hear(put("b", 101, 2)); // gone since 4
    memory.hear(put("x", 102, 3)); // we heard everything up to 4
    memory.hear(put("y", 103, 5)); // newer than what we heard: that node knows better
    memory.hear(put("z", 104)); // made since
    expect(revived).toEqual(["b", "x"]);
  });

  it("tells also what was written back, ended, and is written back once more", () => {
    const { memory, revived } = memoryOf("a");
    memory.startOver();
    memory.hear(put("a", 100, 1));
    memory.hear({ kind: "purge", key: "a", revision: 101 });
    memory.hear(put("a", 102, 1));
    expect(revived).toEqual(["a"]);
  });
});
