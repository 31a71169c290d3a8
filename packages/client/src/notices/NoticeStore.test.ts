import { expect, it } from "vitest";
import { NoticeStore } from "./NoticeStore.ts";

const notice = (id: number) => ({ id: id.toString(16).padStart(32, "0"), level: "info" as const, text: `${id}` });

it("keeps each notice once until it is dismissed, and the newest only", () => {
  const store = new NoticeStore();
  const seen: string[][] = [];
  store.subscribe(() => seen.push(store.get().map(({ text }) => text)));
  for (const id of [1, 2, 1]) store.hear(notice(id));
  expect(seen).toEqual([["1"], ["1", "2"]]);
  for (const id of [3, 4, 5, 6]) store.hear(notice(id));
  expect(seen.at(-1)).toEqual(["2", "3", "4", "5", "6"]);
  store.dismiss(notice(6).id);
  store.dismiss(notice(1).id);
  expect(seen.at(-1)).toEqual(["2", "3", "4", "5"]);
});
