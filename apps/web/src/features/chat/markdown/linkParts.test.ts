import { describe, expect, it } from "vitest";
import { linkParts } from "./linkParts.ts";

const links = (text: string) => linkParts(text).flatMap((part) => (part.link ? [part.link.href] : []));
const whole = (text: string) =>
  linkParts(text)
    .map((part) => part.text)
    .join("");

describe("linkParts", () => {
  it("finds http and https addresses and keeps the text around them", () => {
    expect(linkParts("see https://example.org/a?b=c#d now")).toEqual([
      { text: "see " },
      {
        text: "https://example.org/a?b=c#d",
        link: { href: "https://example.org/a?b=c#d", host: "example.org" },
      },
      { text: " now" },
    ]);
  });

  it.each([
    ["Look (https://example.org/a).", ["https://example.org/a"]],
    ["https://en.example.org/wiki/Set_(card_game)", ["https://en.example.org/wiki/Set_(card_game)"]],
    ["https://example.org, https://example.com!", ["https://example.org/", "https://example.com/"]],
    ["javascript:alert(1) data:text/html,x file:///etc/passwd", []],
    ["https://bank.example@evil.example/", []],
    ["write to mailto:ada@example.org?body=x now", ["mailto:ada@example.org"]],
    ["mailto:nobody", []],
    ["https://", []],
    ["plain words", []],
  ])("%s", (text, expected) => {
    expect(links(text)).toEqual(expected);
    expect(whole(text)).toBe(text);
  });

  it("ends an address before a character that reorders text", () => {
    expect(links("https://example.org/\u202egnp.exe")).toEqual(["https://example.org/"]);
  });

  it("is quick with a hostile message", () => {
    const hostile = "https://" + "a(".repeat(5_000) + ")".repeat(15_000) + ".".repeat(10_000);
    const start = performance.now();
    expect(whole(hostile)).toBe(hostile);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
