import type { BlockNode } from "./MarkdownNode.ts";
import { parseInline } from "./parseInline.ts";

interface Line {
  readonly at: number;
  readonly text: string;
}

const fence = /^ {0,3}```/;
const quote = /^ {0,3}> ?/;
const bullet = /^ {0,3}[-*•] +(?=\S)/;
const numbered = /^ {0,3}(\d{1,4})[.)] +(?=\S)/;

/**
 * Reads a message: paragraphs with their line breaks, quotes (`>`), lists (`-`, `*`, `1.`), code between lines of ```,
 * and within all but code what `parseInline` knows. There is no HTML, and nothing that a text could not say: what is not
 * understood stands as it was written.
 */
export function parseMarkdown(source: string): BlockNode[] {
  const lines = linesOf(source);
  const blocks: BlockNode[] = [];
  for (let index = 0; index < lines.length;) {
    const [line] = lines.slice(index, index + 1);
    if (!line) break;
    const rest = (continues: (text: string) => boolean): Line[] => {
      const end = lines.findIndex(({ text }, position) => position > index && !continues(text));
      return lines.slice(index, end < 0 ? lines.length : end);
    };
    if (line.text.trim() === "") {
      index += 1;
      continue;
    }
    let block: Line[];
    if (fence.test(line.text)) {
      block = rest((text) => !fence.test(text));
      blocks.push({ type: "code", at: line.at, text: codeIn(line.text, block) });
      if (index + block.length < lines.length) index += 1; // the closing line
    } else if (quote.test(line.text)) {
      block = rest((text) => quote.test(text));
      blocks.push(
        paragraph(
          "quote",
          block.map((each) => without(quote, each)),
        ),
      );
    } else if (bullet.test(line.text) || numbered.test(line.text)) {
      const item = bullet.test(line.text) ? bullet : numbered;
      const start = numbered.exec(line.text)?.[1];
      block = rest((text) => item.test(text));
      const items = block.map((each) => without(item, each));
      blocks.push({
        type: "list",
        at: line.at,
        start: item === numbered ? Number(start) : null,
        items: items.map(({ at, text }) => ({ at, children: parseInline(text, at) })),
      });
    } else {
      block = rest((text) => text.trim() !== "" && ![fence, quote, bullet, numbered].some((begin) => begin.test(text)));
      blocks.push(paragraph("paragraph", block));
    }
    index += block.length;
  }
  return blocks;
}

function linesOf(source: string): Line[] {
  let at = 0;
  return source.split("\n").map((text) => {
    const line = { at, text };
    at += text.length + 1;
    return line;
  });
}

function without(begin: RegExp, { at, text }: Line): Line {
  const length = begin.exec(text)?.[0].length ?? 0;
  return { at: at + length, text: text.slice(length) };
}

function paragraph(type: "paragraph" | "quote", lines: readonly Line[]): BlockNode {
  const at = lines[0]?.at ?? 0;
  return { type, at, children: parseInline(lines.map(({ text }) => text).join("\n"), at) };
}

/** Between the fences; what stands behind the first one names a language, unless it is the code itself. */
function codeIn(first: string, [, ...lines]: readonly Line[]): string {
  const behind = first.replace(fence, "").trim();
  const inOneLine = lines.length === 0 ? behind.replace(/```$/, "") : "";
  return [inOneLine, ...lines.map(({ text }) => text)].filter((text, index) => index > 0 || text !== "").join("\n");
}
