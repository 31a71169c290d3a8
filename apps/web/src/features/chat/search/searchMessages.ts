import type { ChatMessage } from "@sotto/client";

/** A message that can be searched, with what is needed to say where it was. `peer`: its conversation's, null for all. */
export interface Searchable {
  readonly message: ChatMessage;
  readonly peerId: string | null;
  readonly peer: string | null;
  /** Of another meeting in the same room. */
  readonly isEarlier: boolean;
}

const most = 100;

/** The newest messages that hold every word of the query, in their text, their sender's name or their file's. */
export function searchMessages(
  messages: readonly Searchable[],
  query: string,
  wordsOf: (message: ChatMessage) => string,
): Searchable[] {
  const wanted = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return messages
    .filter(({ message }) => {
      if (message.isDeleted) return false;
      const text = `${wordsOf(message)}\n${message.name}\n${message.file?.name ?? ""}`.toLocaleLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .toSorted((a, b) => b.message.sentAt - a.message.sentAt)
    .slice(0, most);
}
