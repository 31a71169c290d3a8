import { searchEmojis } from "../emoji/searchEmojis.ts";
import { emojiOf, type EmojiName } from "../emoji/emojis.ts";
import type { Mentionable } from "./mentionLabels.ts";

/** What could stand in the place of the word that is being written. */
export type Suggestion =
  | { readonly kind: "person"; readonly id: string; readonly insert: string; readonly person: Mentionable }
  | { readonly kind: "emoji"; readonly id: string; readonly insert: string; readonly emoji: EmojiName };

/** Suggestions for the text from `from` to the caret. */
export interface Completion {
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
}

export interface CompletionSources {
  readonly people: readonly Mentionable[];
  readonly emojiName: (emoji: EmojiName) => string;
}

const most = 6;
const longestName = 40;

/** What `@na…` and `:na…` before the caret could become; null where there is nothing to suggest. */
export function completionAt(text: string, caret: number, { people, emojiName }: CompletionSources): Completion | null {
  const before = text.slice(Math.max(0, caret - longestName), caret);
  const start = caret - before.length;
  const [, , person] = /(^|[\s(])@([^\n@]*)$/.exec(before) ?? [];
  if (person !== undefined) {
    const suggestions = people
      .filter(({ label }) => isMeant(label, person))
      .slice(0, most)
      .map((each): Suggestion => ({ kind: "person", id: each.participantId, insert: `@${each.label} `, person: each }));
    if (suggestions.length > 0) return { from: start + before.length - person.length - 1, suggestions };
  }
  const [, , name] = /(^|[\s(])(:[\p{L}_]{2,})$/u.exec(before) ?? [];
  if (name === undefined) return null;
  const suggestions = searchEmojis(name.slice(1), emojiName)
    .slice(0, most)
    .map((emoji): Suggestion => ({ kind: "emoji", id: emoji, insert: emojiOf(emoji) ?? "", emoji }));
  return suggestions.length > 0 ? { from: caret - name.length, suggestions } : null;
}

/** The beginning of the whole name or of one of its words. */
function isMeant(label: string, written: string): boolean {
  const [name, wanted] = [label.toLowerCase(), written.toLowerCase()];
  return name.startsWith(wanted) || name.split(/\s+/).some((word) => word.startsWith(wanted));
}

/** A whole `:name:` right before the caret becomes its emoji at once. */
export function withEmoji(text: string, caret: number): { text: string; caret: number } | null {
  const [whole = "", name = ""] = /:([a-z_]+):$/.exec(text.slice(0, caret)) ?? [];
  const emoji = emojiOf(name);
  if (emoji === undefined) return null;
  const before = text.slice(0, caret - whole.length) + emoji;
  return { text: before + text.slice(caret), caret: before.length };
}
