import type { ChatStore } from "@sotto/client";
import { useStore } from "../../ui/useStore.ts";
import { ChatView } from "./ChatView.tsx";

export interface ChatPanelProps {
  chat: ChatStore;
  /** Whether the meeting's permissions let us write. */
  canSend: boolean;
  /** Whether messages are end-to-end encrypted here. */
  encrypted: boolean;
  /** What the meeting's maker says to everybody, or empty. */
  welcome: string;
}

/** The chat of a meeting. */
export function ChatPanel({ chat, canSend, encrypted, welcome }: ChatPanelProps) {
  return (
    <ChatView
      messages={useStore(chat.messages)}
      undecryptable={useStore(chat.undecryptable)}
      missing={useStore(chat.missing)}
      canSend={canSend}
      encrypted={encrypted}
      welcome={welcome}
      // A message that could not be sent stays in the list as `failed`, with a way to try again.
      onSend={(text) => void chat.send(text).catch(() => undefined)}
      onRetry={(id) => void chat.retry(id).catch(() => undefined)}
    />
  );
}
