import { mentionedIn, type ChatFile } from "@sotto/protocol";
import type { ChatMessage } from "./ChatMessage.ts";

/** What somebody wrote, and who it was. */
export interface Written {
  readonly id: string;
  readonly participantId: string;
  readonly text: string;
  readonly file?: ChatFile | undefined;
  readonly replyTo?: string | undefined;
  readonly sentAt: number;
}

export interface Names {
  readonly selfId: string;
  /** Name of a participant, empty if unknown. */
  readonly nameOf: (participantId: string) => string;
}

/** A sent message as it is shown. */
export function chatMessageOf(
  { id, participantId, text, file, replyTo, sentAt }: Written,
  { selfId, nameOf }: Names,
): ChatMessage {
  return {
    id,
    participantId,
    name: nameOf(participantId),
    isLocal: participantId === selfId,
    text,
    mentions: namesIn(text, nameOf),
    file: file ?? null,
    replyTo: replyTo ?? null,
    sentAt,
    changedAt: null,
    isDeleted: false,
    retoldBy: null,
    state: "sent",
  };
}

/** The names of those whom a text mentions, as far as they are known. */
export function namesIn(text: string, nameOf: Names["nameOf"]): Record<string, string> {
  const named = Array.from(mentionedIn(text), (id) => [id, nameOf(id)] as const);
  return Object.fromEntries(named.filter(([, name]) => name !== ""));
}
