import { splitMentions } from "@sotto/protocol";
import { linkParts } from "./linkParts.ts";
import type { InlineNode, LinkNode } from "./MarkdownNode.ts";
import { isDisguise, linkWords, safeLink } from "./safeLink.ts";

type Emphasis = "strong" | "em" | "del";

/** What was opened and not closed yet: an emphasis, or the whole (null). */
interface Level {
  readonly mark: { readonly type: Emphasis; readonly text: string } | null;
  readonly at: number;
  readonly children: InlineNode[];
}

const backticks = /`+/y;
const codeSpan = /(`+)([^`](?:[^`]|(?!\1)`+)*?)\1(?!`)/y;
const namedLink = /\[([^[\]\n]{1,300})\]\(([^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,2000})?)\)/y;
const marks = /\*+|_+|~+/y;
const escaped = /\\([!-/:-@[-`{-~])/y;
const plain = /[^\\`[*_~]+/y;
const word = /[\p{L}\p{N}]/u;

/**
 * Reads one run of text: `code`, **strong**, *emphasis* and _the same_, ~~struck~~, [words](address), addresses and
 * mentions. Whatever is none of them stands as it was written. Takes a time that grows with the length alone.
 *
 * @param offset where `source` stands in the message
 */
export function parseInline(source: string, offset = 0): InlineNode[] {
  const levels: Level[] = [{ mark: null, at: offset, children: [] }];
  const add = (node: InlineNode) => levels.at(-1)?.children.push(node);
  /** An emphasis that was never closed was none. */
  const dissolve = () => {
    const level = levels.pop();
    if (level?.mark) for (const node of [textNode(level.mark.text, level.at), ...level.children]) add(node);
  };
  const atoms = atomsOf(source);
  const noCode = new Set<string>();
  let [atom] = atoms;
  for (let index = 0; index < source.length;) {
    while (atom && atom.from < index) atom = atoms[atoms.indexOf(atom) + 1];
    const match = (pattern: RegExp) => {
      pattern.lastIndex = index;
      return pattern.exec(source);
    };
    const at = offset + index;
    if (atom?.from === index) {
      add({ ...atom.node, at });
      index = atom.to;
      continue;
    }
    const ticks = match(backticks)?.[0] ?? "";
    const code = ticks !== "" && !noCode.has(ticks) ? match(codeSpan) : null;
    const link = source[index] === "[" ? match(namedLink) : null;
    const escape = match(escaped);
    const mark = match(marks)?.[0];
    // Nor from any later place.
    if (ticks !== "" && !code) noCode.add(ticks);
    if (code) {
      add({ type: "code", at, text: code[2] ?? "" });
      index += code[0].length;
    } else if (link) {
      for (const node of readLink(link, at)) add(node);
      index += link[0].length;
    } else if (escape) {
      add(textNode(escape[1] ?? "", at));
      index += escape[0].length;
    } else if (mark !== undefined) {
      const [before, after] = [source[index - 1] ?? "", source[index + mark.length] ?? ""];
      readMarks(mark, { at, before, after, levels, add, dissolve });
      index += mark.length;
    } else {
      const whole = ticks || match(plain)?.[0] || source.charAt(index);
      const text = atom ? whole.slice(0, Math.max(1, atom.from - index)) : whole;
      add(textNode(text, at));
      index += text.length;
    }
  }
  while (levels.length > 1) dissolve();
  return levels[0]?.children ?? [];
}

interface MarkContext {
  readonly at: number;
  readonly before: string;
  readonly after: string;
  readonly levels: Level[];
  readonly add: (node: InlineNode) => void;
  readonly dissolve: () => void;
}

/** Closes what the marks close, then opens what they open; what remains is text. No emphasis is inside its own kind. */
function readMarks(marksText: string, context: MarkContext): void {
  const { at, before, after, add } = context;
  const mark = marksText.charAt(0);
  // Inside of words and of sums ("2*3*4") they mean nothing.
  const mayClose = before !== "" && !/\s/.test(before) && !word.test(after);
  const mayOpen = after !== "" && !/\s/.test(after) && !word.test(before);
  let left = marksText.length;
  if (mayClose) left = closeMarks(mark, left, context);
  if (mayOpen) left = openMarks(mark, left, { ...context, at: at + marksText.length - left });
  if (left > 0) add(textNode(mark.repeat(left), at + marksText.length - left));
}

/** How many of `count` marks close nothing. */
function closeMarks(mark: string, count: number, { levels, add, dissolve }: MarkContext): number {
  let left = count;
  while (left > 0) {
    const depth = openLevel(levels, mark, left);
    if (depth < 1 || (levels[depth]?.children.length === 0 && depth === levels.length - 1)) break;
    while (levels.length - 1 > depth) dissolve();
    const closed = levels.pop();
    if (!closed?.mark) break;
    left -= closed.mark.text.length;
    add({ type: closed.mark.type, at: closed.at, children: closed.children });
  }
  return left;
}

/** How many of `count` marks open nothing. */
function openMarks(mark: string, count: number, { at, levels }: MarkContext): number {
  let left = count;
  while (left > 0) {
    const opened = openedBy(mark, left);
    if (!opened || levels.some((level) => level.mark?.type === opened.type)) break;
    levels.push({ mark: opened, at: at + count - left, children: [] });
    left -= opened.text.length;
  }
  return left;
}

/** What marks close first: what was opened with as many, else what was opened last. */
function openLevel(levels: readonly Level[], mark: string, count: number): number {
  const exact = levels.findLastIndex((level) => level.mark?.text === mark.repeat(count));
  if (exact > 0) return exact;
  return levels.findLastIndex(({ mark: opened }) => opened?.text.charAt(0) === mark && opened.text.length <= count);
}

function openedBy(mark: string, count: number): Level["mark"] {
  if (count > 3 || (mark === "~" && count !== 2)) return null;
  if (mark === "~") return { type: "del", text: "~~" };
  return count === 1 ? { type: "em", text: mark } : { type: "strong", text: mark.repeat(2) };
}

function textNode(text: string, at: number): InlineNode {
  return { type: "text", at, text };
}

/** What stays whole, whatever marks are in it: addresses and mentions. From here to there in `source`, in order. */
interface Atom {
  readonly from: number;
  readonly to: number;
  readonly node: LinkNode | Extract<InlineNode, { type: "mention" }>;
}

function atomsOf(source: string): Atom[] {
  const atoms: Atom[] = [];
  let from = 0;
  for (const { text, link } of linkParts(source)) {
    if (link) {
      const isHonest = text.toLowerCase().includes(link.host.toLowerCase());
      const node = { type: "link", at: from, href: link.href, text, host: isHonest ? null : link.host } as const;
      atoms.push({ from, to: from + text.length, node });
    } else {
      let inner = from;
      for (const piece of splitMentions(text)) {
        const to = inner + ("text" in piece ? piece.text.length : piece.mentions.length + 1);
        if ("mentions" in piece) {
          atoms.push({ from: inner, to, node: { type: "mention", at: inner, participantId: piece.mentions } });
        }
        inner = to;
      }
    }
    from += text.length;
  }
  return atoms;
}

/** A link in somebody's own words. Words that claim another address are not the link; the address is. */
function readLink([whole, words = "", address = ""]: RegExpExecArray, at: number): InlineNode[] {
  const link = safeLink(address);
  const shown = linkWords(words);
  if (!link || shown.trim() === "") return [textNode(whole, at)];
  const host = shown === link.host ? null : link.host;
  if (!isDisguise(shown, link)) return [{ type: "link", at, href: link.href, text: shown, host }];
  const honest = { type: "link", at: at + 1, href: link.href, text: link.href, host: null } as const;
  return [textNode(`${shown} `, at), honest];
}
