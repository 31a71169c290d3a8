import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (options = {}) => gallery.open("chat/search/ChatSearch/Budget", options);

it.each([{}, { ...phone, ...dark }])("is accessible (%o)", async (options) => {
  const view = await open(options);
  await view.page.getByRole("searchbox", { name: "Search the chat" }).fill("budget");
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("finds as one types, says how much and where it was, and leads there by keyboard", async () => {
  const { page, reports } = await open();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("Search the chat");
  await page.keyboard.type("nothing like it");
  await page.getByText("Nothing found").waitFor();
  await page.getByRole("searchbox").fill("BUDGET");
  await page.getByText("3 messages").waitFor();
  const results = page.getByRole("list", { name: "Messages found" });
  await results.getByText("Private with Ada Lovelace").waitFor();
  await results.getByText("Earlier meeting").waitFor();
  // What is of an earlier meeting is nowhere to be gone to.
  expect(await results.getByRole("button").count()).toBe(2);
  await results.getByRole("button", { name: /Is the budget ready/ }).press("Enter");
  await page.keyboard.press("Escape");
  expect(await reports()).toEqual([["show", "m2"], ["close"]]);
});
