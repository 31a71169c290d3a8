import { describe, expect, it } from "vitest";
import { emojiNames, emojis } from "../emoji/emojis.ts";
import { completionAt, withEmoji } from "./completion.ts";
import { mentionLabels, toWire, toWords } from "./mentionLabels.ts";

const ids = {
  ada: "p_AAAAAAAAAAAAAAAA",
  other: "p_BBBBBBBBBBBBBBBB",
  li: "p_CCCCCCCCCCCCCCCC",
  adam: "p_DDDDDDDDDDDDDDDD",
};
const people = mentionLabels([
  { participantId: ids.ada, name: "Ada Lovelace" },
  { participantId: ids.other, name: "ada lovelace" },
  { participantId: ids.li, name: "李明" },
  { participantId: ids.adam, name: "Ada" },
]);

describe("mentions", () => {
  it("have labels that nobody shares", () => {
    expect(people.map(({ label }) => label)).toEqual(["Ada Lovelace", "ada lovelace (2)", "李明", "Ada"]);
  });

  it.each([
    ["@Ada Lovelace, hello", `@${ids.ada}, hello`],
    ["hello @ada lovelace (2)!", `hello @${ids.other}!`],
    ["(@李明)", `(@${ids.li})`],
    ["@Ada @Ada Lovelaces", `@${ids.adam} @${ids.adam} Lovelaces`],
    ["mail ada@Ada.example, @Adam, @@Ada", "mail ada@Ada.example, @Adam, @@Ada"],
  ])("%s is sent as %s and comes back", (words, wire) => {
    expect(toWire(words, people)).toBe(wire);
    expect(toWords(wire, people, () => "?")).toBe(words);
  });

  it("of somebody who is not here keep the name that is known", () => {
    expect(toWords("@p_EEEEEEEEEEEEEEEE", people, () => "Eve")).toBe("@Eve");
  });
});

describe("completion", () => {
  const sources = { people, emojiName: (emoji: string) => (emoji === "tada" ? "Konfetti Kanone" : emoji) };
  const at = (text: string, caret = text.length) => {
    const completion = completionAt(text, caret, sources);
    return completion && [completion.from, ...completion.suggestions.map(({ insert }) => insert)];
  };

  it("offers people by the beginning of a word of their name", () => {
    expect(at("@")).toEqual([0, "@Ada Lovelace ", "@ada lovelace (2) ", "@李明 ", "@Ada "]);
    expect(at("hi @love")).toEqual([3, "@Ada Lovelace ", "@ada lovelace (2) "]);
    expect(at("hi @ada love")).toEqual([3, "@Ada Lovelace ", "@ada lovelace (2) "]);
    expect(at("hi @love and more", 8)).toEqual([3, "@Ada Lovelace ", "@ada lovelace (2) "]);
    for (const none of ["ada@love", "@nobody", "@ada\nlove", "plain"]) expect(at(none)).toBeNull();
  });

  it("offers emoji by short name and by name", () => {
    expect(at(":tad")).toEqual([0, "🎉"]);
    expect(at("yes :kan")).toEqual([4, "🎉"]);
    for (const none of [":t", "10:tada", ":xyzzy", "::"]) expect(at(none)).toBeNull();
  });

  it("makes an emoji of its whole short name", () => {
    expect(withEmoji("well :tada: done", 11)).toEqual({ text: "well 🎉 done", caret: 7 });
    for (const none of [":nothing:", "12:30:", ":tada"]) expect(withEmoji(none, none.length)).toBeNull();
    expect(withEmoji(":constructor:", 13)).toBeNull();
  });

  it("knows each emoji once", () => {
    expect(new Set(Object.values(emojis)).size).toBe(emojiNames.length);
  });
});
