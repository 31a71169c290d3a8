import { expect, test } from "vitest";
import { NewestStore } from "./NewestStore.ts";

test("the highest revision stays, in whatever order they come", () => {
  const store = new NewestStore({ revision: 0, text: "nothing" });
  const heard: string[] = [];
  store.subscribe(() => heard.push(store.get().text));
  for (const revision of [4, 2, 4, 7, 6]) store.offer({ revision, text: `revision ${revision}` });
  expect(heard).toEqual(["revision 4", "revision 7"]);
});
