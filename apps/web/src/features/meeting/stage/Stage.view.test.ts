import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`meeting/stage/Stage/${name}`, options);

it.each([
  ["alone", {}],
  ["pair", { ...phone, ...dark }],
  ["crowd", {}],
  ["share", dark],
  ["share", phone],
  ["covered", {}],
  ["plain", {}],
  ["signs", {}],
  ["signs", phone],
  ["reacting", {}],
  ["reacting", phone],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  await view.page.getByRole("list").waitFor();
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("shows reactions over the tile of their sender, without motion where none is wanted", async () => {
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    const { page } = await open("reacting", { reducedMotion });
    const shown = await page
      .getByRole("listitem")
      .evaluateAll((tiles) =>
        tiles.map((tile) =>
          Array.from(tile.querySelectorAll<HTMLElement>("[data-reaction]"), (each) => each.dataset["reaction"]),
        ),
      );
    expect(shown).toEqual([[], ["thumbs_up", "clap", "heart", "laugh", "wow"], ["sad"], []]);
    const first = page.locator("[data-reaction]").first();
    const animation = await first.evaluate((each) => getComputedStyle(each).animationName);
    expect(animation === "none").toBe(reducedMotion === "reduce");
  }
});

it("shows no pixel of a picture that is not authenticated", async () => {
  const { page } = await open("covered");
  const seen = await page.getByRole("listitem").evaluateAll((tiles) =>
    tiles.map((tile) => {
      const video = tile.querySelector("video");
      return [tile.dataset["picture"], video && getComputedStyle(video).visibility];
    }),
  );
  expect(seen).toEqual([
    ["live", "visible"],
    ["waiting", "hidden"],
    ["undecryptable", "hidden"],
    ["unencrypted", null],
    ["none", null],
  ]);
  expect(await page.getByRole("listitem").nth(1).innerText()).toContain("Securing");
  expect(await page.getByRole("listitem").nth(2).innerText()).toContain("does not fit the key of Niklaus Wirth");
  expect(await page.getByRole("listitem").nth(3).innerText()).toContain("without end-to-end encryption");
});

it("does not speak of encryption where there is none", async () => {
  const { page } = await open("plain");
  const tile = page.getByRole("listitem").nth(1);
  expect(await tile.innerText()).toContain("Connecting");
  expect(await tile.innerText()).not.toContain("Securing");
});

it("mirrors the own picture and no other", async () => {
  const { page } = await open("share");
  const mirrored = await page
    .getByRole("listitem")
    .evaluateAll((tiles) =>
      tiles.map((tile) => getComputedStyle(tile.querySelector("video") ?? tile).transform.startsWith("matrix(-1")),
    );
  expect(mirrored).toEqual([false, true, false, false, false]);
});

it("keeps the tiles of everybody while people join: no video is attached anew", async () => {
  const { page } = await open("Growing");
  await page.locator("video").evaluate((video) => video.setAttribute("data-kept", ""));
  for (const count of [2, 3, 4]) {
    await page.getByRole("button", { name: "Join" }).click();
    await expect.poll(() => page.getByRole("listitem").count()).toBe(count);
    expect(await page.locator("[data-local] video[data-kept]").count()).toBe(1);
  }
});

it("turns the pages of a crowd by keyboard, and says who speaks on another one", async () => {
  const { page } = await open("crowd");
  const next = page.getByRole("button", { name: "Next page" });
  const first = await page.getByRole("listitem").allInnerTexts();
  await next.focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 of").waitFor();
  expect(await page.getByRole("listitem").allInnerTexts()).not.toEqual(first);
  await page.getByText("Grace Hopper is speaking").waitFor();
});

it("keeps one person large by keyboard", async () => {
  const { page } = await open("share");
  const widthOf = (index: number) =>
    page
      .getByRole("listitem")
      .nth(index)
      .evaluate((tile) => tile.getBoundingClientRect().width);
  const screenWidth = await widthOf(0);
  await page.getByRole("button", { name: "Keep Niklaus Wirth large", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => widthOf(3)).toBe(screenWidth);
  await page.getByRole("button", { name: "No longer keep Niklaus Wirth large" }).press("Enter");
  await expect.poll(() => widthOf(0)).toBe(screenWidth);
});

it("says on a tile whose hand is up, in which place, and whose connection is weak", async () => {
  const { page } = await open("signs");
  const words = await page.getByRole("listitem").allInnerTexts();
  expect(words.map((each) => each.split(/\n+/))).toEqual([
    ["Weak connection", "Ada Lovelace", "You"],
    ["1", "Grace Hopper"],
    ["2", "Connection lost", "Niklaus Wirth"],
    ["3", "Barbara Liskov"],
  ]);
  expect(await page.getByRole("img", { name: "Hand raised, number" }).count()).toBe(3);
  await page.getByRole("listitem").nth(3).getByRole("img", { name: "In the spotlight" }).waitFor();
});

it("shows large whom a host put into the spotlight, their screen if they share one, and nobody to themself", async () => {
  const largest = async (name: string) => {
    const { page } = await open(name);
    const areas = await page.getByRole("listitem").evaluateAll((tiles) =>
      tiles.map((tile) => {
        const { width, height } = tile.getBoundingClientRect();
        return { words: tile.querySelector("[class*=name]")?.textContent, area: Math.round(width * height) };
      }),
    );
    const most = Math.max(...areas.map(({ area }) => area));
    return areas.filter(({ area }) => area === most).map(({ words }) => words);
  };
  expect(await largest("signs")).toEqual(["Barbara Liskov"]);
  expect(await largest("spotlightAndScreens")).toEqual(["Grace Hopper's screen"]);
  expect(await largest("ownSpotlight")).toHaveLength(3);
});
