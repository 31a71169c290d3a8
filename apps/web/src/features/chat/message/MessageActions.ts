import type { ChatMessage } from "@sotto/client";
import type { ChatFiles } from "../files/ChatFiles.ts";

/** What a message needs of the conversation around it; the same for all of them, so that none is drawn again for nothing. */
export interface MessageActions {
  readonly selfId: string;
  /** What somebody is called, also when nobody knows. */
  readonly nameOf: (participantId: string) => string;
  readonly download: ChatFiles["download"];
  readonly onRetry: (id: string) => void;
  /** Shows and focuses a message of this conversation. */
  readonly onJump: (id: string) => void;
  /** Opens the menu of a message beside its button. */
  readonly onOpenMenu: (message: ChatMessage, button: HTMLElement) => void;
}

/** The names that a message brought along, and else those that are known. */
export function namesFor(message: ChatMessage, nameOf: MessageActions["nameOf"]): MessageActions["nameOf"] {
  return (participantId) => message.mentions[participantId] ?? nameOf(participantId);
}
