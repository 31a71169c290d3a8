import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, type Gallery } from "../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([[{}], [dark]])("components are accessible (%o)", async (options) => {
  const view = await gallery.open("ui/ui/components", options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("touch targets are at least 44 px high and wide", async () => {
  const { page } = await gallery.open("ui/ui/components");
  for (const button of await page.getByRole("button").all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
});

it("a switch turns by Space", async () => {
  const { page } = await gallery.open("ui/ui/components");
  const control = page.getByRole("switch", { name: "Reduce noise" });
  await control.focus();
  await page.keyboard.press("Space");
  expect(await control.isChecked()).toBe(true);
});

it("a menu opens, moves and chooses by keyboard, and is accessible while open", async () => {
  const { page, reports, violations } = await gallery.open("ui/ui/menu");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemradio", { name: "Grid" }).waitFor();
  expect(await violations()).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["select", "speaker"]]);
});

it("a dialog keeps the focus, closes by Escape and gives the focus back", async () => {
  const { page, violations } = await gallery.open("ui/ui/dialog");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog", { name: "End the meeting for everyone?" }).waitFor();
  expect(await violations()).toEqual([]);
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press("Tab");
    expect(await page.locator("[role=alertdialog] :focus").count()).toBe(1);
  }
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(":focus").textContent()).toBe("End meeting");
});

it("a toast is announced and can be dismissed by keyboard", async () => {
  const { page, violations } = await gallery.open("ui/ui/toast");
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("alertdialog").getByText("Link copied").waitFor();
  expect(await violations()).toEqual([]);
  await page.getByRole("button", { name: "Dismiss" }).press("Enter");
  await page.getByText("Link copied").waitFor({ state: "detached" });
});
