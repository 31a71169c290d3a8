import { expect, test } from "vitest";
import { unquoteTrace } from "./unquoteTrace.ts";

test.each([
  [
    String.raw`[TRC] <<- MSG_PAYLOAD: ["a\x00\xffb\\x41"]`,
    String.raw`[TRC] <<- MSG_PAYLOAD: ["a` + "\x00\xff" + String.raw`b\x41"]`,
  ],
  [String.raw`\"\n\r\t\a\b\f\v`, `"\n\r\t\x07\b\f\v`],
  ["no escapes, and one that is none: \\q", "no escapes, and one that is none: \\q"],
])("%s", (quoted, bytes) => {
  expect(unquoteTrace(Buffer.from(quoted, "latin1"))).toEqual(Buffer.from(bytes, "latin1"));
});

test("runes become UTF-8, and what stood in UTF-8 stays", () => {
  expect(unquoteTrace(Buffer.from(String.raw`ü\u200b\U0001f600`)).toString()).toBe("ü\u200b😀");
});
