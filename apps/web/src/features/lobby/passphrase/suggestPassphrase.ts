const wordCount = 6;

/**
 * Six words of the EFF's large list of 7776, each as likely as any other: 77 bits. The list is loaded when it is needed.
 * It is the Electronic Frontier Foundation's, under CC BY 3.0 US: see NOTICE.
 */
export async function suggestPassphrase(): Promise<string> {
  const [{ EFF_LONG_WORDLIST }, { getRandomNumbersInRange }] = await Promise.all([
    import("secure-password-utilities/wordlists"),
    import("secure-password-utilities/random"), // refuses what would make some numbers likelier
  ]);
  const picks = getRandomNumbersInRange(wordCount, 0, EFF_LONG_WORDLIST.length);
  return picks.map((pick) => EFF_LONG_WORDLIST[pick]).join(" ");
}
