import { EFF_LONG_WORDLIST } from "secure-password-utilities/wordlists";
import { expect, test, vi } from "vitest";
import { suggestPassphrase } from "./suggestPassphrase.ts";

test("six words of 7776 different ones", async () => {
  expect(new Set(EFF_LONG_WORDLIST).size).toBe(7776);
  const words = (await suggestPassphrase()).split(" ");
  expect(words).toHaveLength(6);
  expect(words.every((word) => EFF_LONG_WORDLIST.includes(word))).toBe(true);
  expect(await suggestPassphrase()).not.toBe(words.join(" "));
});

test("no word is likelier: a number beyond the last whole multiple of 7776 is drawn again", async () => {
  const drawn = [65_535, 62_208, 0, 62_207, 1, 2, 3, 4];
  const random = vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
    (array as Uint16Array).set([drawn.shift() ?? 0]);
    return array;
  });
  try {
    const words = (await suggestPassphrase()).split(" ");
    // 62207 = 8 * 7776 - 1 is the last number taken.
    expect(words).toEqual([0, 7775, 1, 2, 3, 4].map((index) => EFF_LONG_WORDLIST[index]));
  } finally {
    random.mockRestore();
  }
});
