import type { ChatMessage } from "@sotto/client";
import { expect, it } from "vitest";
import { searchMessages, type Searchable } from "./searchMessages.ts";

const at = (sentAt: number, text: string, changes: Partial<ChatMessage> = {}): Searchable => ({
  peerId: null,
  peer: null,
  isEarlier: false,
  message: {
    id: String(sentAt),
    participantId: "p_ada",
    name: "Ada",
    isLocal: false,
    text,
    mentions: {},
    file: null,
    replyTo: null,
    sentAt,
    changedAt: null,
    isDeleted: false,
    retoldBy: null,
    state: "sent",
    ...changes,
  },
});
const file = { name: "Plan B.pdf" } as ChatMessage["file"];
const messages = [
  at(1, "The plan for Monday"),
  at(2, "MONDAY it is", { name: "Ben" }),
  at(3, "plan of the monday", { isDeleted: true }),
  at(4, "", { file }),
];
const found = (query: string) =>
  searchMessages(messages, query, ({ text }) => text).map(({ message }) => message.sentAt);

it.each([
  ["monday", [2, 1]],
  ["  MON plan ", [1]],
  ["ben", [2]],
  ["plan b", [4]],
  ["", []],
  [" ", []],
  ["nothing like it", []],
])("%j finds %j", (query, expected) => {
  expect(found(query)).toEqual(expected);
});
