import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`people/PeopleView/${name}`, options);

it.each([
  ["Everybody", {}],
  ["Everybody", { ...phone, ...dark }],
  ["WithHands", {}],
  ["ForHost", dark],
  ["Waiting", {}],
  ["Waiting", { ...phone, ...dark }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("can be scrolled by keyboard, and says of everybody what the icons show", async () => {
  const { page, reports } = await open("Everybody");
  await page.keyboard.press("Tab");
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("People in this meeting");
  const said = await page
    .getByRole("listitem")
    .evaluateAll((rows) =>
      rows.map((row) => Array.from(row.querySelectorAll("[role=img]"), (icon) => icon.getAttribute("aria-label"))),
    );
  expect(said).toEqual([
    ["Microphone on"],
    ["Speaking"],
    ["Camera off", "Microphone off"],
    ["The sound cannot be decrypted"],
    ["Microphone off"],
  ]);
  const message = page.getByRole("button", { name: /^Message/ });
  expect(await message.evaluateAll((all) => all.map((each) => each.ariaLabel?.slice(0, 48)))).toEqual([
    "Message Grace Hopper privately, 2 new messages",
    "Message Niklaus Wirth privately",
    "Message 李明 privately",
    expect.stringMatching(/^Message Søren/),
  ]);
  await message.first().press("Enter");
  expect(await reports()).toEqual([["message", "p_2"]]);
  expect(await page.getByRole("listitem").first().innerText()).toContain("You · Host");
  expect(await page.getByRole("listitem").last().innerText()).toContain("Reconnecting");
});

/** Opens the menu of a person by keyboard, once the one before is gone. */
async function openMenu(page: Page, name: string): Promise<string[]> {
  await expect.poll(() => page.getByRole("menu").count()).toBe(0);
  await page.getByRole("button", { name: `What you can do about ${name}` }).press("Enter");
  const items = page.getByRole("menuitem");
  await items.first().waitFor();
  return items.allTextContents();
}

it("puts raised hands first, in their order", async () => {
  const { page } = await open("WithHands");
  expect(await page.getByRole("listitem").locator("[dir=auto]").allTextContents()).toEqual([
    "Niklaus Wirth",
    "Grace Hopper",
    "Ada Lovelace",
    "李明",
    expect.stringContaining("Søren"),
  ]);
  const hand = page.getByRole("img", { name: "Hand raised, number" }).first().locator("..");
  expect(await hand.textContent()).toBe("1");
});

it("offers a host what fits each person, and nothing of it to others", async () => {
  const { page, reports } = await open("ForHost");
  expect(await openMenu(page, "Grace Hopper")).toEqual([
    "Message privately",
    "Mute",
    "Turn camera off",
    "Stop the screen share",
    "No longer show large",
    "What they may do…",
    "Make host",
    "Remove from the meeting…",
  ]);
  await page.getByRole("menuitem", { name: "Mute" }).press("Enter");
  expect(await openMenu(page, "Niklaus Wirth")).toEqual([
    "Message privately",
    "Ask to unmute",
    "Lower the hand",
    "Show large to everybody",
    "What they may do…",
    "Make host",
    "Remove from the meeting…",
  ]);
  await page.getByRole("menuitem", { name: "Ask to unmute" }).press("Enter");
  expect(await openMenu(page, "Ada Lovelace")).toEqual(["Show large to everybody", "The only host"]);
  expect(await page.getByRole("menuitem", { name: "The only host" }).getAttribute("aria-disabled")).toBe("true");
  await page.keyboard.press("Escape");
  for (const name of ["Mute all", "Lower hands"]) await page.getByRole("button", { name }).press("Enter");
  expect(await reports()).toEqual([
    ["stop", "p_2", "microphone"],
    ["askToUnmute", "p_3", "microphone"],
    ["stop", "everybody", "microphone"],
    ["lowerHand", "everybody"],
  ]);
  const other = await open("Everybody");
  expect(await other.page.getByRole("button", { name: /^(What you can do|Mute all|Rules)/ }).count()).toBe(0);
});

it("lets one of two hosts step back, and take the role from the other", async () => {
  const { page, reports } = await open("TwoHosts");
  expect(await openMenu(page, "Ada Lovelace")).toContain("Stop being a host");
  await page.getByRole("menuitem", { name: "Stop being a host" }).press("Enter");
  expect(await openMenu(page, "Grace Hopper")).toContain("No longer host");
  await page.getByRole("menuitem", { name: "No longer host" }).press("Enter");
  expect(await reports()).toEqual([
    ["setRole", "p_ada", "participant"],
    ["setRole", "p_2", "participant"],
  ]);
});

it("asks before somebody is removed, and whether they may come back", async () => {
  const view = await open("ForHost");
  const { page, reports } = view;
  const ask = async () => {
    await openMenu(page, "Niklaus Wirth");
    await page.getByRole("menuitem", { name: "Remove from the meeting" }).press("Enter");
    await page.getByRole("alertdialog", { name: "Remove Niklaus Wirth?" }).waitFor();
  };
  await ask();
  expect(await view.violations()).toEqual([]);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("alertdialog").count()).toBe(0);
  await ask();
  await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
  await ask();
  await page.getByRole("switch", { name: "Keep them out" }).press("Space");
  await page.getByRole("button", { name: "Remove", exact: true }).press("Enter");
  expect(await reports()).toEqual([
    ["remove", "p_3", '{"ban":false}'],
    ["remove", "p_3", '{"ban":true}'],
  ]);
});

it("locks by switches that say what is allowed, for all and for one person", async () => {
  const view = await open("ForHost");
  const { page, reports } = view;
  await page.getByRole("button", { name: "Rules" }).press("Enter");
  await page.getByRole("dialog", { name: "Rules of this meeting" }).waitFor();
  expect(await view.violations()).toEqual([]);
  const isOn = (name: string) => page.getByRole("switch", { name }).isChecked();
  expect([await isOn("Turn the microphone on"), await isOn("Turn the camera on")]).toEqual([true, false]);
  await page.getByRole("switch", { name: "Turn the microphone on" }).press("Space");
  await page.getByRole("switch", { name: "New people wait" }).press("Space");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await openMenu(page, "Niklaus Wirth");
  await page.getByRole("menuitem", { name: "What they may do" }).press("Enter");
  await page.getByRole("dialog", { name: "What Niklaus Wirth may do" }).waitFor();
  expect(await isOn("Turn the camera on")).toBe(false);
  await page.getByRole("switch", { name: "Turn the camera on" }).press("Space");
  expect(await reports()).toEqual([
    ["lock", "everybody", "lock_microphone", true],
    ["setWaitingRoom", true],
    ["lock", "p_3", "lock_webcam", false],
  ]);
});

it("lets people in, sends them away and writes to them by keyboard", async () => {
  const { page, reports } = await open("Waiting");
  await page.getByRole("button", { name: "Let in Barbara Liskov" }).press("Enter");
  await page.getByRole("button", { name: "Send away Edsger Dijkstra" }).press("Enter");
  await page.getByRole("button", { name: "Write to Barbara Liskov" }).press("Enter");
  await page.getByRole("textbox", { name: "Message" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type(" Ten more minutes ");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("button", { name: "Write to all who wait" }).press("Enter");
  await page.keyboard.type("Soon");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("button", { name: "Let all in" }).press("Enter");
  expect(await reports()).toEqual([
    ["admit", "p_6"],
    ["refuse", "p_7"],
    ["messageWaiting", "p_6", "Ten more minutes"],
    ["messageWaiting", "everybody", "Soon"],
    ["admit", "everybody"],
  ]);
});
