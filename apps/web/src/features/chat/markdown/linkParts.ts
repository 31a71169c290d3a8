import { safeLink, type SafeLink } from "./safeLink.ts";

export interface TextPart {
  text: string;
  /** Set on the parts that are links. */
  link?: SafeLink;
}

/** Ends at white space, quotes, angle brackets and characters that reorder text, which could disguise an address. */
const candidate =
  /(?:https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+|mailto:[^\s<>"'`()[\]\u200e\u200f\u202a-\u202e\u2066-\u2069]+)/gi;
const punctuation = new Set(".,;:!?…*_~");
const pairs = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

/** Splits a message into plain text and links. Only web and mail addresses become links, and none that carries a user name. */
export function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let rest = 0;
  for (const match of text.matchAll(candidate)) {
    const address = withoutTrailingPunctuation(match[0]);
    const link = safeLink(address);
    if (!link) continue;
    if (match.index > rest) parts.push({ text: text.slice(rest, match.index) });
    parts.push({ text: address, link });
    rest = match.index + address.length;
  }
  if (rest < text.length) parts.push({ text: text.slice(rest) });
  return parts;
}

/** "(see https://a.example/b)." ends before ")."; brackets that were opened inside the address belong to it. */
function withoutTrailingPunctuation(address: string): string {
  const unmatched = new Map([...pairs].map(([close, open]) => [close, count(address, close) - count(address, open)]));
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    const surplus = unmatched.get(last);
    if (surplus === undefined ? !punctuation.has(last) : surplus <= 0) break;
    if (surplus !== undefined) unmatched.set(last, surplus - 1);
  }
  return address.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
