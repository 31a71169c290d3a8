import { linkParts } from "./linkParts.ts";

/** Plain text with its links; nothing in a message is ever read as HTML. */
export function MessageText({ text }: { text: string }) {
  let offset = 0;
  return linkParts(text).map((part) => {
    const key = offset;
    offset += part.text.length;
    return part.href === undefined ? (
      <span key={key}>{part.text}</span>
    ) : (
      <a key={key} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
        {part.text}
      </a>
    );
  });
}
