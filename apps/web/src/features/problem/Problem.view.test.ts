import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([
  ["used", {}],
  ["used", { ...phone, ...dark }],
  ["server", dark],
  ["browser", {}],
])("%s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`problem/Problem/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("begins at what is wrong, and offers another attempt only where it may succeed", async () => {
  const { page, reports } = await gallery.open("problem/Problem/server");
  expect(await page.locator(":focus").textContent()).toBe("The server does not answer");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["retry"]]);

  const used = await gallery.open("problem/Problem/used");
  expect(await used.page.getByRole("button").allTextContents()).toEqual(["To the start page"]);
});

it("speaks German to German browsers", async () => {
  const { page } = await gallery.open("problem/Problem/used", { locale: "de-AT" });
  await page.getByRole("heading", { name: "Diese Einladung wurde schon benutzt" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
});

it("copies the link for another browser", async () => {
  const { page } = await gallery.open("problem/Problem/browser", {
    permissions: ["clipboard-write", "clipboard-read"],
  });
  await page.getByRole("button", { name: "Copy this link" }).click();
  await page.getByRole("button", { name: "Link copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});
