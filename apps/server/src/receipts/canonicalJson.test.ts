import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonicalJson.ts";

describe("canonicalJson", () => {
  it("sorts members by UTF-16 code units, at every depth, and leaves lists as they are", () => {
    // The example of RFC 8785, section 3.2.3.
    const text = `{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}`;
    expect(Object.keys(JSON.parse(canonicalJson(JSON.parse(text))) as object).slice(1)).toEqual([
      "\r",
      "\u0080",
      "ö",
      "€",
      "😀",
      "\ufb33",
    ]);
    expect(canonicalJson({ b: [3, { z: null, a: true }], a: -0 })).toBe('{"a":0,"b":[3,{"a":true,"z":null}]}');
  });

  it("spells strings as RFC 8785 does", () => {
    expect(canonicalJson('€$\u000f\nA\'B"\\\\"/')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it("refuses what other languages would spell differently", () => {
    for (const value of [0.5, 2 ** 53, Number.NaN, undefined, { a: undefined }, "\ud800", 1n, () => 0]) {
      expect(() => canonicalJson(value)).toThrow(/canonical/);
    }
  });
});
