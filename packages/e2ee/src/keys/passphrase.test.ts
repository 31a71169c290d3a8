import { describe, expect, test } from "vitest";
import { normalisePassphrase, passphraseCheck, passphraseRoot } from "./passphrase.ts";

const normalised = (passphrase: string): string => new TextDecoder().decode(normalisePassphrase(passphrase));
const sessionId = "AAECAwQFBgcICQoLDA0ODw";
const salt = new Uint8Array(16).fill(3);

describe("normalisePassphrase", () => {
  test.each([
    ["keyboards that compose differ in nothing", "e\u0301clair", "\u00e9clair"],
    ["white space of any kind and length is one space", " a\u00a0\u3000\t\r\nb\u2028c ", "a b c"],
    ["compatibility forms fall together", "\uff21\ufb01\u2460", "Afi1"],
    ["case and inner punctuation stay", "Ab-C!", "Ab-C!"],
    ["emoji stay", "\u{1F600}", "\u{1F600}"],
  ])("%s", (_rule, typed, meant) => {
    expect(normalised(typed)).toBe(meant);
  });

  test("1024 bytes are taken, counted after normalising", () => {
    expect(normalisePassphrase(`  ${"a".repeat(1024)}  `)).toHaveLength(1024);
  });

  test.each([
    ["nothing", ""],
    ["white space only", " \t\u3000 "],
    ["1025 bytes", "a".repeat(1025)],
    ["few characters of many bytes", "\u8a9e".repeat(342)],
    ["a control character", "a\u0007b"],
    ["a lone surrogate", "a\ud83d"],
    ["a private-use character", "a\ue000"],
    ["an unassigned character", "a\u0378"],
  ])("%s is refused", (_what, typed) => {
    expect(() => normalisePassphrase(typed)).toThrow(expect.objectContaining({ code: "passphrase_invalid" }) as Error);
  });
});

describe("the root of a passphrase room", () => {
  test("another passphrase, session or opener's salt makes another root and check", async () => {
    const roots = [
      await passphraseRoot("correct horse", sessionId, salt),
      await passphraseRoot("correct hors", sessionId, salt),
      await passphraseRoot("correct horse", "AAECAwQFBgcICQoLDA0OEA", salt),
      await passphraseRoot("correct horse", sessionId, salt.with(0, 4)),
    ];
    expect(new Set(roots.map(String)).size).toBe(roots.length);
    const checks = await Promise.all(roots.map((root) => passphraseCheck(root, sessionId)));
    expect(new Set([...checks, ...roots].map(String)).size).toBe(2 * roots.length);
    expect(await passphraseRoot(" correct\thorse ", sessionId, salt)).toEqual(roots[0]);
  });

  test("wrong lengths are refused before any work", async () => {
    const invalid = expect.objectContaining({ code: "input_invalid" }) as object;
    await expect(passphraseRoot("correct horse", sessionId, new Uint8Array(15))).rejects.toEqual(invalid);
    await expect(passphraseRoot("correct horse", "short", salt)).rejects.toEqual(invalid);
    await expect(passphraseCheck(new Uint8Array(31), sessionId)).rejects.toEqual(invalid);
  });
});
