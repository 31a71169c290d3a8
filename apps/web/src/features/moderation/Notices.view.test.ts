import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`moderation/Notices/${name}`, options);

it.each([
  ["Asked", {}],
  ["Asked", { ...phone, ...dark }],
  ["Waiting", phone],
  ["Organiser", { ...phone, ...dark }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("is told without taking the focus, and answered by keyboard", async () => {
  const { page, reports } = await open("Asked");
  const asked = page.getByRole("status");
  expect(await asked.first().innerText()).toContain("Grace Hopper asks you to turn your microphone on.");
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  for (const name of ["Not now", "Unmute"]) {
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe(name);
  }
  await page.keyboard.press("Enter");
  await asked.nth(1).getByRole("button", { name: "Not now" }).press("Enter");
  expect(await reports()).toEqual([
    ["accept", "microphone"],
    ["dismiss", "camera"],
  ]);
});

it("shows a notice of the organiser under a heading of its own, as the text that it is, until it is dismissed", async () => {
  const { page, reports, complaints, violations } = await open("Organiser");
  expect(await violations()).toEqual([]);
  const notices = page.getByRole("status");
  expect(await notices.nth(0).innerText()).toContain("The room is needed at 11:00.\nPlease come to an end by then.");
  expect(await notices.nth(1).innerText()).toContain("<img src=x onerror=alert(1)> **bold** {{name}}");
  expect(await page.locator("main img").count()).toBe(0);
  // On a small screen a long one is scrolled, by keyboard too, and covers nothing that is needed to put it away.
  const { page: small } = await open("Organiser", { viewport: { width: 375, height: 500 } });
  const long = small.getByRole("region", { name: "Notice from the organiser" });
  expect(await long.count()).toBe(1);
  await long.focus();
  await small.keyboard.press("End");
  await expect.poll(() => long.evaluate((words) => words.scrollTop)).toBeGreaterThan(0);
  for (const notice of await notices.all()) {
    expect(await notice.innerText()).toMatch(/^Notice from the organiser\n/);
    expect(await notice.innerText()).toContain("not by anybody in it. It is not end-to-end encrypted.");
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(1280);
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([
    ["dismiss", "info"],
    ["dismiss", "warning"],
  ]);
  expect(complaints).toEqual([]);
});

it("tells of somebody who waits until it is put off, and again of the next one", async () => {
  const { page, reports } = await open("Waiting");
  await page.getByText("Barbara Liskov waits to be let in.").waitFor();
  await page.getByRole("button", { name: "Let in" }).press("Enter");
  await page.getByRole("button", { name: "Later" }).press("Enter");
  await expect.poll(() => page.getByRole("status").count()).toBe(0);
  await page.getByRole("button", { name: "Come" }).press("Enter");
  await page.getByText("Edsger Dijkstra and 1 other wait to be let in.").waitFor();
  await page.getByRole("button", { name: "Show" }).press("Enter");
  expect(await reports()).toEqual([["admit", "Barbara Liskov"], ["show"]]);
});
