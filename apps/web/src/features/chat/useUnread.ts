import type { ChatMessage } from "@sotto/client";
import { useState } from "react";

/** How many messages of others came since the chat was last open; none while it is. */
export function useUnread(messages: readonly ChatMessage[], isOpen: boolean): number {
  const [seen, setSeen] = useState<string | undefined>(messages.at(-1)?.id);
  const newest = messages.at(-1)?.id;
  if (isOpen && newest !== seen) setSeen(newest);
  return isOpen ? 0 : countUnread(messages, seen);
}

/** Others' messages after the one that was seen last; all of them when none was. */
export function countUnread(messages: readonly ChatMessage[], seen: string | undefined): number {
  const from = seen === undefined ? 0 : messages.findIndex(({ id }) => id === seen) + 1;
  return messages.slice(from).filter(({ isLocal }) => !isLocal).length;
}
