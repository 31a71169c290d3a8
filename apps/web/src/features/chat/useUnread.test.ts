import type { ChatMessage } from "@sotto/client";
import { expect, it } from "vitest";
import { countUnread } from "./useUnread.ts";

function message(id: string, isLocal = false): ChatMessage {
  return { id, participantId: "p", name: "", isLocal, text: "", file: null, sentAt: 0, state: "sent" };
}

it("counts what others wrote after the last message that was seen", () => {
  const messages = [message("1"), message("2"), message("3", true), message("4")];
  expect(countUnread(messages, "1")).toBe(2);
  expect(countUnread(messages, "4")).toBe(0);
  expect(countUnread(messages, undefined)).toBe(3);
  expect(countUnread([], undefined)).toBe(0);
});
