import type { ChatMessage } from "@sotto/client";
import { describe, expect, it } from "vitest";
import { groupMessages } from "./groupMessages.ts";

function message(id: string, participantId: string, sentAt: number): ChatMessage {
  return {
    id,
    participantId,
    name: participantId,
    isLocal: false,
    text: id,
    mentions: {},
    file: null,
    replyTo: null,
    sentAt,
    changedAt: null,
    isDeleted: false,
    retoldBy: null,
    state: "sent",
  };
}

describe("groupMessages", () => {
  it("joins consecutive messages of one person and splits on sender and on a long pause", () => {
    const groups = groupMessages([
      message("1", "ada", 0),
      message("2", "ada", 60_000),
      message("3", "ben", 61_000),
      message("4", "ada", 62_000),
      message("5", "ada", 62_000 + 3 * 60_000),
    ]);
    expect(groups.map((group) => group.messages.map(({ id }) => id))).toEqual([["1", "2"], ["3"], ["4"], ["5"]]);
    expect(groups[0]).toMatchObject({ id: "1", participantId: "ada", sentAt: 0 });
  });

  it("has no groups without messages", () => expect(groupMessages([])).toEqual([]));
});
