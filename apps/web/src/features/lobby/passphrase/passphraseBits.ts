/** Bits below which a passphrase needs an explicit yes, and from which on guessing is out of reach. */
export const weakBelowBits = 50;
export const strongFromBits = 65;

/** A word of a list like the one passphrases are suggested from: log2(7776). */
const bitsPerWord = 12.9;

/**
 * How hard a passphrase is to guess, in bits, rounded down; at most. It supposes that whoever guesses tries words before
 * letters, and does not try names, quotations and dates first: a meter that knows those is 100 times as much code, and
 * still only guesses.
 */
export function passphraseBits(passphrase: string): number {
  const seen = new Set<string>();
  let bits = 0;
  const parts =
    passphrase
      .normalize("NFKC")
      .toLowerCase()
      .match(/\p{Script=Latin}+|\p{Nd}+|[^\s]/gu) ?? [];
  for (const part of parts) {
    const shortened = part.replace(/(.)\1+/gu, "$1");
    // What was there before is nothing new to guess.
    bits += seen.has(shortened) ? 1 : bitsOf(shortened);
    seen.add(shortened);
  }
  return Math.floor(bits);
}

function bitsOf(part: string): number {
  if (/^\p{Script=Latin}/u.test(part)) return Math.min(4.7 * part.length, bitsPerWord * Math.ceil(part.length / 8));
  if (/^\p{Nd}/u.test(part)) return Math.min(3.3 * part.length, isSequence(part) ? 3.3 : Infinity);
  return /^\p{L}/u.test(part) ? 4.5 : 5;
}

/** 1234 or 9876. */
function isSequence(digits: string): boolean {
  return "0123456789012345".includes(digits) || "98765432109876".includes(digits);
}
