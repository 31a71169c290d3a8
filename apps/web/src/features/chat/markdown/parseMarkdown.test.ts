import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlockNode, InlineNode } from "./MarkdownNode.ts";
import { parseMarkdown } from "./parseMarkdown.ts";

const ada = "p_AAAAAAAAAAAAAAAA";

/** A message in one line, to compare: tags as in HTML, which the page never makes of it. */
function outline(source: string): string {
  return parseMarkdown(source).map(block).join("");
}
function block(node: BlockNode): string {
  switch (node.type) {
    case "code":
      return `<pre>${node.text}</pre>`;
    case "list": {
      const items = node.items.map(({ children }) => `<li>${inline(children)}`).join("");
      return node.start === null ? `<ul>${items}</ul>` : `<ol ${node.start}>${items}</ol>`;
    }
    case "paragraph":
    case "quote":
      return `<${node.type[0]}>${inline(node.children)}</${node.type[0]}>`;
  }
}
function inline(nodes: readonly InlineNode[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case "text":
          return node.text;
        case "code":
          return `<code>${node.text}</code>`;
        case "mention":
          return `<@${node.participantId}>`;
        case "link":
          return `<a ${node.href}>${node.text}</a>${node.host === null ? "" : `(${node.host})`}`;
        default:
          return `<${node.type}>${inline(node.children)}</${node.type}>`;
      }
    })
    .join("");
}

describe("parseMarkdown", () => {
  it.each([
    ["plain words", "<p>plain words</p>"],
    ["one\ntwo\n\nthree", "<p>one\ntwo</p><p>three</p>"],
    [
      "**bold** *it* _it_ ~~gone~~ `a*b*`",
      "<p><strong>bold</strong> <em>it</em> <em>it</em> <del>gone</del> <code>a*b*</code></p>",
    ],
    ["***both*** **a *b* c**", "<p><strong><em>both</em></strong> <strong>a <em>b</em> c</strong></p>"],
    ["2*3*4 snake_case_name a ~ b", "<p>2*3*4 snake_case_name a ~ b</p>"],
    ["**never closed *nor this", "<p>**never closed *nor this</p>"],
    ["**a *b** c*", "<p><strong>a *b</strong> c*</p>"],
    ["**** ** * ~~~~ `", "<p>**** ** * ~~~~ `</p>"],
    [String.raw`\*not\* \_it\_ C:\dir`, String.raw`<p>*not* _it_ C:\dir</p>`],
    ["``a`b`` `` ` ``", "<p><code>a`b</code> <code> ` </code></p>"],
    ["> said\n> twice\nanswer", "<q>said\ntwice</q><p>answer</p>"],
    ["On it\n\n- first\n- *second*", "<p>On it</p><ul><li>first<li><em>second</em></ul>"],
    ["3. c\n4. d", "<ol 3><li>c<li>d</ol>"],
    ["1990 was a year. - Yes", "<p>1990 was a year. - Yes</p>"],
    ["```ts\nlet a = `x`;\n\n**b**\n```\nafter", "<pre>let a = `x`;\n\n**b**</pre><p>after</p>"],
    ["```\nnever closed", "<pre>never closed</pre>"],
    ["```one line```", "<pre>one line</pre>"],
    [`hi @${ada}, **@${ada}** \`@${ada}\``, `<p>hi <@${ada}>, <strong><@${ada}></strong> <code>@${ada}</code></p>`],
    ["<b>x</b><script>", "<p><b>x</b><script></p>"],
    ["", ""],
    [" \n\t", ""],
  ])("%j", (source, expected) => {
    expect(outline(source)).toBe(expected);
  });

  it.each([
    ["https://example.org/a_b_c*d*", "<a https://example.org/a_b_c*d>https://example.org/a_b_c*d</a>*"],
    ["[the plan](https://example.org/a_(b))", "<a https://example.org/a_(b)>the plan</a>(example.org)"],
    ["[example.org](https://example.org)", "<a https://example.org/>example.org</a>"],
    ["[write](mailto:ada@example.org?subject=x)", "<a mailto:ada@example.org>write</a>(ada@example.org)"],
    // What the words claim is not where it leads: the address is the link.
    [
      "[https://bank.example](https://evil.example/x)",
      "https://bank.example <a https://evil.example/x>https://evil.example/x</a>",
    ],
    [
      "[bank.example/login](https://evil.example)",
      "bank.example/login <a https://evil.example/>https://evil.example/</a>",
    ],
    [
      "[ada@bank.example](mailto:eve@evil.example)",
      "ada@bank.example <a mailto:eve@evil.example>mailto:eve@evil.example</a>",
    ],
    // Letters of other scripts are shown as the network knows them.
    ["https://аррӏе.com", "<a https://xn--80ak6aa92e.com/>https://аррӏе.com</a>(xn--80ak6aa92e.com)"],
    ["[аррӏе](https://аррӏе.com)", "<a https://xn--80ak6aa92e.com/>аррӏе</a>(xn--80ak6aa92e.com)"],
    ["[\u202egro.elpmaxe](https://evil.example)", "gro.elpmaxe <a https://evil.example/>https://evil.example/</a>"],
    ...[
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "https://a@evil.example",
      "//evil.example",
      "/x",
    ].map((address) => [`[x](${address})`, `[x](${address})`]),
    ["[\u200f](https://evil.example)", "[\u200f](https://evil.example)"],
  ])("link %j", (source, expected) => {
    expect(outline(source)).toBe(`<p>${expected}</p>`);
  });
});

/** Every node of a message. */
function* nodesOf(nodes: readonly (BlockNode | InlineNode)[], depth = 0): Generator<[BlockNode | InlineNode, number]> {
  for (const node of nodes) {
    yield [node, depth];
    if ("children" in node) yield* nodesOf(node.children, depth + 1);
    if ("items" in node) for (const { children } of node.items) yield* nodesOf(children, depth + 1);
  }
}

describe("with a hostile message", () => {
  const pieces = fc.constantFrom(
    ..."*_~`[]()>-\\\n #@!<&\"' \t\u202e\u2066\u0000".split(""),
    "**",
    "```",
    "](",
    "https://",
    "javascript:",
    "mailto:",
    "xn--",
    `@${ada}`,
    "1. ",
    "- ",
    "<script>",
    "a",
    "é",
    "🦉",
    "\ud800",
  );
  const hostile = fc.oneof(
    fc.array(pieces, { maxLength: 200 }).map((parts) => parts.join("")),
    fc.string(),
  );

  it("makes no node but ours, no link but to the web or a mail, keys that differ, and nothing deep", () => {
    fc.assert(
      fc.property(hostile, (source) => {
        const blocks = parseMarkdown(source);
        for (const [node, depth] of nodesOf(blocks)) {
          expect(depth).toBeLessThan(6);
          const link = node.type === "link" ? node : { href: "https://example.org", text: "" };
          expect(link.href).toMatch(/^(https?:\/\/|mailto:)/);
          expect(link.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
          expect(new URL(link.href).username).toBe("");
          const children = "children" in node ? node.children : [];
          expect(new Set(children.map(({ at }) => at)).size).toBe(children.length);
        }
        expect(new Set(blocks.map(({ at }) => at)).size).toBe(blocks.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("loses nothing that was written, but the marks", () => {
    const letters = (text: string) =>
      Array.from(text.replaceAll(/[^a-zé🦉]/gu, ""))
        .toSorted()
        .join("");
    const words = fc.array(
      fc.constantFrom("a", "é", "🦉", "b c", "*", "**", "_", "~~", "`", "> ", "- ", "\n", "[", "]", "("),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(words, (parts) => {
        const source = parts.join("");
        expect(letters(outline(source).replaceAll(/<\/?(?:p|q|strong|em|del|code|pre|ul|ol \d+|ol|li)>/g, ""))).toBe(
          letters(source),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "*_".repeat(15_000),
    "**a ".repeat(8_000),
    "`a``b```".repeat(4_000),
    "[".repeat(31_000),
    "[x](".repeat(8_000),
    "[x](https://example.org/(".repeat(1_200),
    "> ".repeat(15_000),
    "- a\n".repeat(7_500),
    "\\".repeat(31_000),
    "~~a".repeat(10_000),
    "_a_*b*".repeat(5_000),
    "https://a.example/(".repeat(1_600),
    `${"`".repeat(15_000)} ${"`".repeat(14_999)}`,
    "mailto:".repeat(4_400),
  ])("is quick with %#", (source) => {
    const start = performance.now();
    parseMarkdown(source);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
