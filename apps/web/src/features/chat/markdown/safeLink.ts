/** Where a link leads, and what of that a person must see. */
export interface SafeLink {
  readonly href: string;
  /** The host in the form the network knows it (`xn--…` for other scripts), or the address of a mail. */
  readonly host: string;
}

/**
 * A web or mail address that may be a link; null for anything else. An address with a user name
 * (`https://bank.example@evil.example`) exists to mislead, and is none.
 */
export function safeLink(address: string): SafeLink | null {
  if (!URL.canParse(address)) return null;
  const { protocol, username, password, href, host, pathname } = new URL(address);
  // Whatever else a mail would be filled with is the reader's to write.
  if (protocol === "mailto:") return pathname.includes("@") ? { href: `mailto:${pathname}`, host: pathname } : null;
  const isWeb = (protocol === "https:" || protocol === "http:") && !username && !password;
  return isWeb ? { href, host } : null;
}

/** Characters that change the order of others: with them, words can be made to look like other words. */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Words of somebody else's choice for a link, without what could disguise them. */
export function linkWords(words: string): string {
  return words.replaceAll(reordering, "");
}

/** Whether words that are shown for a link claim to be an address, of another place than the link leads to. */
export function isDisguise(words: string, { href, host }: SafeLink): boolean {
  const claimed = /^(?:[a-z][a-z0-9+.-]*:\/*)?([^\s/?#]*\.[^\s/?#]{2,}|[^\s/?#]+@[^\s/?#]+)/i.exec(words.trim())?.[1];
  if (claimed === undefined) return false;
  const claimedLink = safeLink(words.trim()) ?? safeLink(`https://${words.trim()}`);
  return claimedLink?.host !== host && claimed !== href && claimed.toLowerCase() !== host;
}
