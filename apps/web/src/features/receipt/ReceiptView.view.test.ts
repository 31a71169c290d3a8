import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([
  ["checking", {}],
  ["unavailable", {}],
  ["elsewhere", { locale: "de-DE" }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`receipt/ReceiptView/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it.each([
  ["gone", phone],
  ["passphrase", { ...dark, locale: "de-DE" }],
  ["left", { ...phone, ...dark }],
])("%s is accessible, folded up and out, and no wider than the page (%o)", async (name, options) => {
  const view = await gallery.open(`receipt/ReceiptView/${name}`, options);
  expect(await view.violations()).toEqual([]);
  await view.page.getByRole("button", { name: /All of the receipt|Die ganze Quittung/ }).click();
  expect(await view.violations()).toEqual([]);
  expect(await view.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(view.complaints).toEqual([]);
});

it("says what was held, and all of it to whoever unfolds it with the keyboard; it is saved as it came", async () => {
  const { page, reports } = await gallery.open("receipt/ReceiptView/gone", { timezoneId: "UTC" });
  const receipt = page.getByRole("region", { name: "Data receipt" });
  expect(await receipt.getByRole("status").textContent()).toBe(
    "Nothing of this meeting is left on the serverIt looked everywhere the meeting had been, last at 8:05:01 PM.",
  );
  expect(await receipt.locator("dl").first().locator("div").allInnerTexts()).toEqual([
    "People who were there\n12",
    "Messages to everybody\n148 (183 kB)",
    "Private messages\n3 (3.7 kB)",
    "Files\n2 (4.6 MB)",
    "Key\none, in memory, renewed 18 times",
  ]);
  const where = receipt.getByRole("heading", { name: "Where it was, and what is there now" });
  expect(await where.isVisible()).toBe(false);
  // From the heading of the page.
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("All of the receipt");
  await page.keyboard.press("Enter");
  await where.waitFor();
  expect(await receipt.getByText("the media room (memory of the media server): gone").isVisible()).toBe(true);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["save", "the document", "nWGxne_9WmC6hEr0kuwsxE"], ["home"]]);
});

it("hides no bad news: what is left or was lost is named, and what could not be counted is no zero", async () => {
  const { page } = await gallery.open("receipt/ReceiptView/left");
  const status = page.getByRole("status");
  expect(await status.textContent()).toContain("Something of this meeting is still on the server");
  expect(await status.textContent()).toContain("could not be looked at: files and the media room");
  expect(await page.getByText("Nothing of this meeting").count()).toBe(0);
  const { page: other } = await gallery.open("receipt/ReceiptView/passphrase");
  expect(await other.getByText("could not be counted").count()).toBe(1);
  await other.getByRole("button", { name: "All of the receipt" }).click();
  await other.getByText(/the memory that held the meeting was lost/).waitFor();
});
