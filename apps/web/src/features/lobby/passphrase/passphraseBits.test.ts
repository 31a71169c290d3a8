import { expect, test } from "vitest";
import { passphraseBits, strongFromBits, weakBelowBits } from "./passphraseBits.ts";

test.each([
  "",
  "secret",
  "password1234",
  "aaaaaaaaaaaaaaaaaaaaaaaa",
  "team team team team team team",
  "12345678901",
  "Meeting 2026",
])("%s is weak", (passphrase) => expect(passphraseBits(passphrase)).toBeLessThan(weakBelowBits));

test.each(["correct horse battery staple", "four words are fair"])("%s will do", (passphrase) => {
  expect(passphraseBits(passphrase)).toBeGreaterThanOrEqual(weakBelowBits);
  expect(passphraseBits(passphrase)).toBeLessThan(strongFromBits);
});

test.each(["cubicle drift-wood unlatch zesty mongoose parka", "83f1x9qk2m7vz4tb6w", "сколько нам открытий чудных"])(
  "%s is strong",
  (passphrase) => expect(passphraseBits(passphrase)).toBeGreaterThanOrEqual(strongFromBits),
);
