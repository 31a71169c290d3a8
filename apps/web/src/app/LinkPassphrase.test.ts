import { expect, test } from "vitest";
import { LinkPassphrase, linkWithPassphrase } from "./LinkPassphrase.ts";

/** A page at an address. */
function pageAt(address: string) {
  const url = new URL(address);
  const history = {
    replaceState: (_state: unknown, _title: string, path: string) => {
      url.href = new URL(path, url).href;
    },
  };
  return { url, page: { location: url, history } as unknown as Pick<Window, "location" | "history"> };
}

test.each(["correct horse", "100 % #1 & more=?", "\u{1f600} \u05e9\u05dc\u05d5\u05dd", "caf\u00e9/\\"])(
  "%s travels in the fragment",
  (text) => {
    const { url, page } = pageAt(linkWithPassphrase("https://meet.example.org/m/plan?x=1", text));
    const link = new LinkPassphrase(page);
    link.take();
    expect(link.textFor("/m/plan")).toBe(text);
    expect(url.href).toBe("https://meet.example.org/m/plan?x=1");
  },
);

test("a link that was cut off carries nothing, and leaves nothing behind", () => {
  const { url, page } = pageAt("https://meet.example.org/m/plan#k=tea");
  const link = new LinkPassphrase(page);
  link.take();
  url.hash = "#k=100%";
  link.take();
  expect([link.textFor("/m/plan"), url.href]).toEqual(["", "https://meet.example.org/m/plan"]);
});

test("other fragments stay, and nothing is taken twice", () => {
  const { url, page } = pageAt("https://meet.example.org/m/plan#k=tea");
  const link = new LinkPassphrase(page);
  link.take();
  link.take();
  expect([link.textFor("/m/plan"), link.textFor("/m/other")]).toEqual(["tea", ""]);
  url.hash = "#top";
  link.take();
  expect([link.textFor("/m/plan"), url.hash]).toEqual(["tea", "#top"]);
});
