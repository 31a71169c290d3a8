import { splitMentions } from "@sotto/protocol";
import type { BlockNode, InlineNode, LinkNode } from "../markdown/MarkdownNode.ts";
import { parseMarkdown } from "../markdown/parseMarkdown.ts";
import styles from "./MessageText.module.css";

export interface MessageTextProps {
  text: string;
  /** What somebody is called who is mentioned. */
  nameOf: (participantId: string) => string;
  /** Whose mentions stand out; empty for nobody's. */
  selfId: string;
}

/** A message as it was meant. Its parts become elements one by one; nothing in it is ever read as HTML. */
export function MessageText({ text, ...people }: MessageTextProps) {
  return (
    <div className={styles.text}>
      {parseMarkdown(text).map((block) => (
        <Block key={block.at} block={block} {...people} />
      ))}
    </div>
  );
}

type People = Omit<MessageTextProps, "text">;

function Block({ block, ...people }: { block: BlockNode } & People) {
  switch (block.type) {
    case "code":
      return (
        <pre className={styles.code} dir="ltr">
          <code>{inWords(block.text, people)}</code>
        </pre>
      );
    case "list": {
      const items = block.items.map(({ at, children }) => (
        <li key={at} dir="auto">
          <Inline nodes={children} {...people} />
        </li>
      ));
      return block.start === null ? (
        <ul className={styles.bullets}>{items}</ul>
      ) : (
        <ol className={styles.numbers} start={block.start}>
          {items}
        </ol>
      );
    }
    case "quote":
      return (
        <blockquote className={styles.quote} dir="auto">
          <Inline nodes={block.children} {...people} />
        </blockquote>
      );
    case "paragraph":
      return (
        <p dir="auto">
          <Inline nodes={block.children} {...people} />
        </p>
      );
  }
}

function Inline({ nodes, ...people }: { nodes: readonly InlineNode[] } & People) {
  return nodes.map((node) => {
    switch (node.type) {
      case "text":
        return node.text;
      case "code":
        return <code key={node.at}>{inWords(node.text, people)}</code>;
      case "mention":
        return (
          <span
            key={node.at}
            className={styles.mention}
            data-self={node.participantId === people.selfId || undefined}
            dir="auto"
          >
            {`@${people.nameOf(node.participantId)}`}
          </span>
        );
      case "link":
        return <Link key={node.at} link={node} />;
      case "strong":
      case "em":
      case "del": {
        const Mark = node.type;
        return (
          <Mark key={node.at}>
            <Inline nodes={node.children} {...people} />
          </Mark>
        );
      }
    }
  });
}

/** Says where it leads, unless its words do. */
function Link({ link }: { link: LinkNode }) {
  return (
    <>
      <a href={link.href} title={link.href} target="_blank" rel="noopener noreferrer nofollow">
        <bdi>{link.text}</bdi>
      </a>
      {link.host !== null && <span className={styles.host}>{` (${link.host})`}</span>}
    </>
  );
}

/** Names in the place of ids, where nothing is marked. */
export function inWords(text: string, { nameOf }: Pick<People, "nameOf">): string {
  return splitMentions(text)
    .map((piece) => ("text" in piece ? piece.text : `@${nameOf(piece.mentions)}`))
    .join("");
}
