import type { ChatMessage } from "./ChatMessage.ts";

/**
 * What is known of a conversation from before this page. `forgottenUntil`: what was sent up to then (Unix milliseconds,
 * the server's clock) was forgotten on purpose, and is not shown when the server delivers it again.
 */
export interface Recollection {
  readonly messages: readonly ChatMessage[];
  readonly forgottenUntil: number;
}

/** `recalled`: there is more to recall now; `forgotten`: everything that was kept of the meeting is gone. */
export type MemoryEvent = "recalled" | "forgotten";

/** Where the chat's messages outlive the page. `peerId`: null for the conversation of everybody. Nothing here throws. */
export interface ChatMemory {
  /** Peers with whom there is something to recall. */
  peers(): Promise<readonly string[]>;
  recall(peerId: string | null): Promise<Recollection>;
  /** Keeps a message, or what became of it. */
  keep(peerId: string | null, message: ChatMessage): void;
  /** Calls `listener` for as long as the meeting lasts. */
  subscribe(listener: (event: MemoryEvent) => void): void;
}
