const wordCount = 6;

/**
 * Six words of the EFF's large list of 7776, each as likely as any other: 77 bits. The list is loaded when it is needed.
 * It is the Electronic Frontier Foundation's, under CC BY 3.0 US: see NOTICE.
 */
export async function suggestPassphrase(): Promise<string> {
  const { EFF_LONG_WORDLIST: words } = await import("secure-password-utilities/wordlists");
  return Array.from({ length: wordCount }, () => words[randomBelow(words.length)]).join(" ");
}

/** A whole number from 0 to `count` - 1 (at most 65535). Draws again what would make the first numbers likelier. */
function randomBelow(count: number): number {
  const draw = new Uint16Array(1);
  for (;;) {
    const [drawn = 0] = crypto.getRandomValues(draw);
    if (drawn < 65_536 - (65_536 % count)) return drawn % count;
  }
}
