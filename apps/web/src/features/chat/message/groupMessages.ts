import type { ChatMessage } from "@sotto/client";

/** Consecutive messages of one person on one day, shown under one name and time. */
export interface MessageGroup {
  /** Id of its first message. */
  id: string;
  participantId: string;
  name: string;
  isLocal: boolean;
  /** Who told us of them; null for what was really delivered. */
  retoldBy: ChatMessage["retoldBy"];
  /** Unix milliseconds of its first message. */
  sentAt: number;
  messages: ChatMessage[];
}

const longestPauseMs = 3 * 60_000;

/** A new group starts with another sender, another day, or after a pause of three minutes. */
export function groupMessages(messages: readonly ChatMessage[]): MessageGroup[] {
  const groups: MessageGroup[] = [];
  for (const message of messages) {
    const group = groups.at(-1);
    const previous = group?.messages.at(-1);
    if (group && previous && continues(previous, message)) {
      group.messages.push(message);
    } else {
      const { id, participantId, name, isLocal, retoldBy, sentAt } = message;
      groups.push({ id, participantId, name, isLocal, retoldBy, sentAt, messages: [message] });
    }
  }
  return groups;
}

function continues(previous: ChatMessage, next: ChatMessage): boolean {
  return (
    previous.participantId === next.participantId &&
    previous.retoldBy?.participantId === next.retoldBy?.participantId &&
    next.sentAt - previous.sentAt < longestPauseMs &&
    isSameDay(previous.sentAt, next.sentAt)
  );
}

/** Whether two times (Unix milliseconds) are of one day where the person is. */
export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
