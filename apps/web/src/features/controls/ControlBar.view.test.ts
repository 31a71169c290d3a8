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
  ["raised", phone],
  ["noReactions", phone],
  ["captioned", {}],
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
  for (let press = 0; press < 10; press++) {
    await page.keyboard.press("ArrowRight");
    labels.push(await focused(page));
  }
  expect(labels).toEqual([
    "Turn microphone off (M)",
    "Choose microphone and speaker",
    "Turn camera on (V)",
    "Choose camera",
    "Share your screen (S)",
    "People, 4 here, 2 waiting to be let in (P)",
    "Chat, 3 new messages (C)",
    "Raise your hand (H)",
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
  const { page, reports } = await open("host");
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

it("raises the hand and takes it down, on a phone among the reactions", async () => {
  const { page, reports } = await open("host");
  await page.getByRole("button", { name: "Raise your hand (H)" }).press("Enter");
  expect(await reports()).toEqual([["action", "hand"]]);

  const onPhone = await open("raised", phone);
  await onPhone.page.getByRole("button", { name: "Reactions, your hand is raised" }).press("Enter");
  const picker = onPhone.page.getByRole("dialog", { name: "Reactions and raise hand" });
  expect(await onPhone.violations()).toEqual([]);
  await picker.getByRole("button", { name: "Applause" }).press("Enter");
  await picker.getByRole("button", { name: "Lower your hand" }).press("Enter");
  await expect.poll(() => onPhone.page.getByRole("dialog").count()).toBe(0);
  expect(await onPhone.reports()).toEqual([
    ["react", "clap"],
    ["action", "hand"],
  ]);

  const { page: without } = await open("noReactions", phone);
  await without.getByRole("button", { name: "Raise your hand (H)" }).waitFor();
});

it("says what is locked and by whom, within reach of the keyboard, and where there is a problem", async () => {
  const { page, reports } = await open("restricted");
  const locked = [
    "Cameras are not allowed in this meeting (V)",
    "Screen sharing is locked for you. A host can unlock it. (S)",
    "Reactions are locked for you. A host can unlock them.",
  ];
  for (const name of locked) {
    const control = page.getByRole("button", { name });
    expect(await control.isDisabled(), name).toBe(true);
    await control.focus();
    await page.getByRole("tooltip", { name }).waitFor();
    await page.keyboard.press("Enter");
  }
  // What is said again then is up to the meeting: nothing is switched by it.
  expect(await reports()).toEqual([["action", "camera"], ["action", "screen"], ["locked"]]);
  await page.getByRole("button", { name: "Turn microphone on" }).getByRole("img", { name: "Problem" }).waitFor();
  expect(await page.getByRole("button", { name: /^Chat/ }).count()).toBe(0);
});

it("obeys single keys, but not while somebody types, in combinations, or switched off", async () => {
  const { page, reports } = await open("Keys");
  for (const key of ["m", "v", "s", "h", "c", "p", "x", "Control+m", "Alt+v"]) await page.keyboard.press(key);
  const actions = ["microphone", "camera", "screen", "hand", "chat", "people"].map((action) => ["action", action]);
  expect(await reports()).toEqual(actions);
  await page.getByRole("textbox").pressSequentially("mvshcp");
  expect(await page.getByRole("textbox").inputValue()).toBe("mvshcp");
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.keyboard.press("m");
  expect(await reports()).toEqual(actions);
});

it("changes settings by keyboard, and leaves the statistics there", async () => {
  const { page, reports, violations } = await open("Settings");
  await page.getByRole("button", { name: /Theme/ }).press("Enter");
  await page.getByRole("option", { name: "Light" }).press("Enter");
  await page.getByRole("switch").press("Space");
  const statistics = page.getByRole("status").filter({ hasText: "statistics" });
  expect(await statistics.innerText()).toContain("are also about you");
  await page.getByRole("button", { name: "Leave the statistics" }).press("Enter");
  await expect.poll(() => statistics.innerText()).toContain("Nothing about you is written down");
  expect(await page.getByRole("button", { name: "Leave the statistics" }).count()).toBe(0);
  // Not at the top of the page, nor out of the dialog.
  await expect.poll(() => statistics.evaluate((words) => words === document.activeElement)).toBe(true);
  expect(await violations()).toEqual([]);
  expect(await reports()).toEqual([["theme", "light"], ["shortcuts", false], ["leave statistics"]]);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
});

it("shows and hides captions: with a button, on a phone in the menu", async () => {
  const wide = await open("captioned");
  await wide.page.getByRole("button", { name: "Hide captions" }).press("Enter");
  expect(await wide.reports()).toEqual([["captions"]]);
  const { page, reports } = await open("captioned", phone);
  expect(await page.getByRole("button", { name: "Hide captions" }).count()).toBe(0);
  await page.getByRole("button", { name: "More" }).press("Enter");
  await page.getByRole("menuitem", { name: "Hide captions" }).press("Enter");
  expect(await reports()).toEqual([["captions"]]);
});
