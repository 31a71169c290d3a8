import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`captions/CaptionBar/${name}`, options);

it.each([
  ["talking", {}],
  ["talking", { ...phone, ...dark }],
  ["large", phone],
  ["longWords", dark],
  ["silent", {}],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("reads captions out politely, with names, once their words are final", async () => {
  const { page } = await open("talking");
  const log = page.getByRole("log", { name: "Captions" });
  expect(await log.getAttribute("aria-live")).toBe("polite");
  expect(await log.locator("p").allTextContents()).toEqual([
    "Ada Lovelace: Shall we begin with the budget, or with the roof?",
    "Grace: The roof. It rained in again on Sunday, right over the piano.",
  ]);
});

it("is set and hidden by keyboard", async () => {
  const { page, reports } = await open("talking");
  const words = page.locator("[data-size] p:not([role])").first();
  const sizeOf = () => words.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  const before = await sizeOf();
  await page.getByRole("button", { name: "Captions: size" }).press("Enter");
  await page.getByRole("menuitemradio", { name: "Large" }).press("Enter");
  await expect.poll(sizeOf).toBeGreaterThan(before * 1.3);
  await page.getByRole("button", { name: "Hide captions" }).press("Enter");
  expect(await reports()).toEqual([["size", "large"], ["hide"]]);
});

it("shows the newest words of what is too long, and does not grow", async () => {
  const { page } = await open("longWords", phone);
  const bar = await page.getByRole("region", { name: "Captions" }).boundingBox();
  const newest = await page.getByText("These are the newest words.").first().boundingBox();
  expect(newest!.y + newest!.height).toBeLessThanOrEqual(bar!.y + bar!.height);
  const silent = await (await open("silent", phone)).page.getByRole("region", { name: "Captions" }).boundingBox();
  const talking = await (await open("talking", phone)).page.getByRole("region", { name: "Captions" }).boundingBox();
  expect(talking!.height).toBe(silent!.height);
});

it.each([
  ["kept", {}],
  ["failed", { ...phone, ...dark }],
])("a transcript that is %s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`captions/TranscriptView/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("discards a transcript after a question, by keyboard, and says that it is gone", async () => {
  const { page, reports } = await gallery.open("captions/TranscriptView/kept");
  const discard = page.getByRole("button", { name: "Discard the transcript" });
  await discard.press("Enter");
  const question = page.getByRole("alertdialog", { name: "Discard the transcript?" });
  await question.waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await discard.press("Enter");
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard the transcript" }).press("Enter");
  await page.getByText("The transcript was discarded").waitFor();
  expect(await reports()).toEqual([["discard"]]);
});
