import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([
  ["left", {}],
  ["ended", dark],
  ["removed", phone],
  ["refused", dark],
  ["replaced", {}],
  ["lost", { ...phone, ...dark }],
  ["identity", {}],
  ["integrated", {}],
])("%s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`goodbye/Goodbye/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("begins at what happened, and the next stop of the keyboard is the way on", async () => {
  const { page, reports } = await gallery.open("goodbye/Goodbye/lost");
  expect(await page.locator(":focus").textContent()).toBe("The connection was lost");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["back"], ["home"]]);
});

it("offers a way back only where there is one", async () => {
  for (const [name, ways] of [
    ["left", ["Rejoin the meeting", "To the start page"]],
    ["ended", ["To the start page"]],
    ["removed", ["To the start page"]],
    ["refused", ["To the start page"]],
    ["replaced", ["Continue here", "To the start page"]],
    ["integrated", ["Continue to school.example.org"]],
    ["hostile", ["To the start page"]],
  ] as const) {
    const { page } = await gallery.open(`goodbye/Goodbye/${name}`);
    expect(await page.getByRole("button").allTextContents()).toEqual(ways);
  }
});
