import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`controls/ControlBar/${name}`, options);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

it.each([
  ["host", {}],
  ["host", { ...phone, ...dark }],
  ["guest", dark],
  ["restricted", phone],
  ["Settings", {}],
  ["Settings", { ...phone, ...dark }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("is one stop of the keyboard, with arrow keys inside", async () => {
  const { page, reports } = await open("host");
  await page.keyboard.press("Tab");
  const labels = [await focused(page)];
  for (let press = 0; press < 9; press++) {
    await page.keyboard.press("ArrowRight");
    labels.push(await focused(page));
  }
  expect(labels).toEqual([
    "Turn microphone off (M)",
    "Choose microphone and speaker",
    "Turn camera on (V)",
    "Choose camera",
    "Share your screen (S)",
    "People, 4 here (P)",
    "Chat, 3 new messages (C)",
    "Reactions",
    "More",
    "Leave",
  ]);
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").textContent()).toBe("After");
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toBe("Leave");
  await page.getByRole("button", { name: "Turn camera on" }).press("Enter");
  expect(await reports()).toEqual([["action", "camera"]]);
});

it("chooses a device by keyboard, and names those the browser does not", async () => {
  const { page, reports } = await open("host");
  await page.getByRole("button", { name: "Choose microphone and speaker" }).press("Enter");
  const items = page.getByRole("menuitemradio");
  expect(await items.allTextContents()).toEqual(["Built-in microphone", "Headset", "Built-in speakers"]);
  expect(await items.first().getAttribute("aria-checked")).toBe("true");
  await items.nth(1).focus();
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["device", "audioinput", "mic2"]]);
  await page.getByRole("button", { name: "Choose camera" }).press("Enter");
  expect(await page.getByRole("menuitemradio").allTextContents()).toEqual(["Device 1"]);
});

it("opens the reactions, which stay open for more than one, and gives the focus back", async () => {
  const { page, reports } = await open("host", phone);
  await page.getByRole("button", { name: "Reactions" }).press("Enter");
  const picker = page.getByRole("dialog", { name: "Reactions" });
  expect(await picker.getByRole("button").evaluateAll((all) => all.map((each) => each.ariaLabel))).toEqual([
    "Thumbs up",
    "Applause",
    "Heart",
    "Laughing",
    "Surprised",
    "Sad",
  ]);
  await picker.getByRole("button", { name: "Applause" }).press("Enter");
  await picker.getByRole("button", { name: "Heart" }).press("Enter");
  expect(await reports()).toEqual([
    ["react", "clap"],
    ["react", "heart"],
  ]);
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toBe("Reactions");
});

it("asks a host before it ends the meeting for everybody", async () => {
  const { page, reports } = await open("host");
  const askToEnd = async () => {
    await page.getByRole("button", { name: "Leave" }).press("Enter");
    await page.getByRole("menuitem", { name: "End the meeting for all" }).press("Enter");
    await page.getByRole("alertdialog", { name: "End the meeting for all?" }).waitFor();
  };
  await askToEnd();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("alertdialog").count()).toBe(0);
  expect(await reports()).toEqual([]);
  await askToEnd();
  await page.getByRole("button", { name: "End for all" }).press("Enter");
  expect(await reports()).toEqual([["end"]]);
});

it("lets everybody else leave at once, and no more", async () => {
  const { page, reports } = await open("guest");
  await page.getByRole("button", { name: "Leave" }).press("Enter");
  expect(await reports()).toEqual([["leave"]]);
  await page.getByRole("button", { name: "More" }).press("Enter");
  expect(await page.getByRole("menuitem").allTextContents()).toEqual(["Settings"]);
});

it("says what the meeting does not allow, and where there is a problem", async () => {
  const { page } = await open("restricted");
  const camera = page.getByRole("button", { name: "Cameras are not allowed in this meeting" });
  expect(await camera.isDisabled()).toBe(true);
  const reactions = page.getByRole("button", { name: "Reactions are not allowed in this meeting" });
  expect(await reactions.isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Turn microphone on" }).getByRole("img", { name: "Problem" }).waitFor();
  expect(await page.getByRole("button", { name: /^Chat/ }).count()).toBe(0);
});

it("obeys single keys, but not while somebody types, in combinations, or switched off", async () => {
  const { page, reports } = await open("Keys");
  for (const key of ["m", "v", "s", "c", "p", "x", "Control+m", "Alt+v"]) await page.keyboard.press(key);
  const actions = ["microphone", "camera", "screen", "chat", "people"].map((action) => ["action", action]);
  expect(await reports()).toEqual(actions);
  await page.getByRole("textbox").pressSequentially("mvscp");
  expect(await page.getByRole("textbox").inputValue()).toBe("mvscp");
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.keyboard.press("m");
  expect(await reports()).toEqual(actions);
});

it("changes settings by keyboard", async () => {
  const { page, reports } = await open("Settings");
  await page.getByRole("button", { name: /Theme/ }).press("Enter");
  await page.getByRole("option", { name: "Light" }).press("Enter");
  await page.getByRole("switch").press("Space");
  expect(await reports()).toEqual([
    ["theme", "light"],
    ["shortcuts", false],
  ]);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
});
