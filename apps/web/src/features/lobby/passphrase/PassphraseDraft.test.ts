import { expect, test } from "vitest";
import { draftIssue, passphraseTask } from "./PassphraseDraft.ts";

const good = "correct horse battery staple";
const draft = (changes = {}) => ({ text: good, repeated: good, acceptsWeak: false, ...changes });

test("what is to be done follows from who opened the meeting", () => {
  expect(passphraseTask({ openedBy: null, mayOpen: true })).toBe("open");
  expect(passphraseTask({ openedBy: null, mayOpen: false })).toBe("wait");
  expect(passphraseTask({ openedBy: "Ada", mayOpen: true })).toBe("enter");
});

test.each([
  ["a good one", draft(), null],
  ["nothing", draft({ text: " " }), "missing"],
  ["too long", draft({ text: "x".repeat(1025) }), "unusable"],
  ["a control character", draft({ text: "a\u0000b" }), "unusable"],
  ["typed differently", draft({ repeated: `${good}s` }), "differs"],
  ["composed and decomposed", draft({ text: `\u00e9 ${good}`, repeated: `e\u0301 ${good}` }), null],
  ["weak", draft({ text: "tea", repeated: "tea" }), "weak"],
  ["weak, and that is fine", draft({ text: "tea", repeated: "tea", acceptsWeak: true }), null],
])("opening: %s", (_what, given, issue) => {
  expect(draftIssue(given, "open")).toBe(issue);
});

test("whoever enters types it once, however weak", () => {
  expect(draftIssue(draft({ text: "tea", repeated: "" }), "enter")).toBeNull();
});
