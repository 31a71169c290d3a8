import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (options = {}) => gallery.open("app/meeting/MeetingLayout/Frame", options);
const focusedText = (page: Page) => page.locator(":focus").textContent();

it.each([{}, { ...phone, ...dark }])("is accessible, with and without a panel (%o)", async (options) => {
  const view = await open(options);
  expect(await view.violations()).toEqual([]);
  await view.page.getByRole("button", { name: "Chat" }).press("Enter");
  await view.page.getByRole("complementary", { name: "Chat" }).waitFor();
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("gives the focus to a panel that opens, and back when it closes", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: "Chat" }).press("Enter");
  await expect.poll(() => page.locator(":focus").getAttribute("aria-label")).toBe("Write");
  await page.keyboard.press("Escape");
  await expect.poll(() => focusedText(page)).toBe("Chat");

  await page.getByRole("button", { name: "People" }).press("Enter");
  await expect.poll(() => focusedText(page)).toBe("People");
  await page.getByRole("button", { name: "Close" }).press("Enter");
  await expect.poll(() => page.locator("button:focus").textContent()).toBe("People");
});

it("leaves the rest of the meeting within reach beside a panel", async () => {
  const { page, reports } = await open();
  await page.getByRole("button", { name: "Chat" }).press("Enter");
  await page.getByRole("button", { name: "Leave" }).press("Enter");
  expect(await reports()).toEqual([["leave"]]);
});

it("covers the rest on a phone: it cannot be reached, and no keyboard comes up unasked", async () => {
  const { page } = await open(phone);
  await page.getByRole("button", { name: "Chat" }).press("Enter");
  await expect.poll(() => page.locator("h2:focus").textContent()).toBe("Chat");
  const { width, height } = phone.viewport;
  expect(await page.getByRole("complementary").boundingBox()).toEqual({ x: 0, y: 0, width, height });
  for (const expected of ["Close", "Write", null]) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(expected);
  }
});
