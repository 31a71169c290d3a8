import type { ChatHistory } from "@sotto/client";
import { createContext, use } from "react";
import type { PreferencesStore } from "./preferences.ts";

/** What this browser remembers of chats. Its code comes after the page: nobody waits for it to see the start page. */
export function loadChatHistory(preferences: PreferencesStore): Promise<ChatHistory> {
  return import("./createChatHistory.ts").then(({ createChatHistory }) => createChatHistory(preferences));
}

export const ChatHistoryContext = createContext<Promise<ChatHistory> | null>(null);

/** Suspends until the code is there. */
export function useChatHistory(): ChatHistory {
  const history = use(ChatHistoryContext);
  if (!history) throw new Error("the history is used outside of the application");
  return use(history);
}
