import { emojiNames, type EmojiName } from "./emojis.ts";

/** Emoji whose short name, or a word of whose name, begins as `query`; short names first, in the list's order. */
export function searchEmojis(query: string, nameOf: (emoji: EmojiName) => string): EmojiName[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [...emojiNames];
  const byShortName = emojiNames.filter((emoji) => emoji.startsWith(wanted));
  const byWord = emojiNames.filter((emoji) =>
    [
      ...nameOf(emoji)
        .toLowerCase()
        .split(/[\s-]+/),
      ...emoji.split("_"),
    ].some((word) => word.startsWith(wanted)),
  );
  return [...new Set([...byShortName, ...byWord])];
}
