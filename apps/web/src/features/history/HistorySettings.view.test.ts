import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`history/HistorySettings/${name}`, options);
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const pinField = (page: Page, name = "PIN") => page.getByLabel(name, { exact: true }).and(page.locator("input"));

it.each([
  ["open", {}],
  ["open", { ...phone, ...dark }],
  ["nothing", {}],
  ["locked", dark],
  ["full", phone],
  ["unavailable", {}],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it.each([
  ["open", "Kept in this browser until the meeting ends"],
  ["nothing", "This browser keeps nothing of the chat"],
  ["locked", "Locked: enter your PIN to keep and see chats"],
  ["full", "This browser has no space left to keep the chat"],
  ["unavailable", "This browser cannot keep the chat"],
])("%s says so in a line", async (name, words) => {
  const { page, reports } = await open(name);
  await button(page, words).press("Enter");
  expect(await reports()).toEqual([["open"]]);
});

it("is chosen by keyboard, and says truthfully who can read what is kept", async () => {
  const { page, reports } = await open("open");
  await page.getByText("whoever gets this device's disk or your browser profile can read the chats").waitFor();
  await page.getByRole("radio", { name: "Until the meeting ends" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await button(page, "Kept in this browser for 30 days").waitFor();
  await page.getByRole("radio", { name: "Not at all" }).press("Space");
  await button(page, "This browser keeps nothing of the chat").waitFor();
  // Of nothing there is nothing to protect, and nothing of this meeting to forget.
  for (const gone of ["Set a PIN", "Forget this meeting's chat"]) expect(await button(page, gone).count()).toBe(0);
  expect(await reports()).toEqual([
    ["retention", "7days"],
    ["retention", "30days"],
    ["retention", "nothing"],
  ]);
});

it("takes a PIN that is long enough and typed twice, and gives it up again", async () => {
  const { page, reports } = await open("open");
  await button(page, "Set a PIN").press("Enter");
  await expect.poll(() => pinField(page).evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type("12345");
  await page.keyboard.press("Enter");
  await page.getByText("Use at least 6 characters.").waitFor();
  await pinField(page).fill("correct horse");
  await pinField(page, "Once more").fill("correct hoarse");
  await page.keyboard.press("Enter");
  await page.getByText("These two differ.").waitFor();
  await pinField(page, "Once more").fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByText("A PIN protects the chats on this device.").waitFor();
  await button(page, "Remove the PIN").press("Enter");
  await button(page, "Set a PIN").waitFor();
  expect(await reports()).toEqual([["pin", "correct horse"], ["pin"]]);
});

it("is unlocked with the PIN, and with no other", async () => {
  const { page, reports } = await open("locked");
  await pinField(page).fill("wrong horse");
  await page.keyboard.press("Enter");
  await page.getByText("This is not the PIN.").waitFor();
  await pinField(page).fill("correct horse");
  await page.keyboard.press("Enter");
  await page.getByText("A PIN protects the chats on this device.").waitFor();
  expect(await reports()).toEqual([
    ["unlock", "wrong horse"],
    ["unlock", "correct horse"],
  ]);
});

it("forgets after a question that says what is forgotten, and what is not", async () => {
  const { page, reports } = await open("open");
  await button(page, "Forget this meeting's chat").press("Enter");
  await page.getByText("the server keeps its copy until the meeting ends").waitFor();
  await page.keyboard.press("Escape");
  await button(page, "Forget this meeting's chat").press("Enter");
  await button(page, "Forget").press("Enter");
  await button(page, "Forget all chats").press("Enter");
  await page.getByRole("alertdialog", { name: "Forget all chats?" }).waitFor();
  await button(page, "Forget").press("Enter");
  await expect.poll(reports).toEqual([["forgetMeeting"], ["forgetEverything"]]);
});
