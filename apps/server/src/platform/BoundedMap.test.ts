import { expect, test } from "vitest";
import { BoundedMap } from "./BoundedMap.ts";

test("forgets what was set longest ago", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  map.set("c", 4);
  expect(["a", "b", "c"].map((key) => map.get(key))).toEqual([3, undefined, 4]);
  map.delete("a");
  map.set("b", 5);
  expect(["a", "b", "c"].map((key) => map.get(key))).toEqual([undefined, 5, 4]);
});
