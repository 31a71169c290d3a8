import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([
  ["ready", {}],
  ["ready", { ...phone, ...dark }],
  ["asking", {}],
  ["denied", dark],
  ["cameraBusy", phone],
  ["joining", {}],
  ["failed", dark],
  ["unprotected", dark],
  ["passphrase", {}],
  ["invited", {}],
])("%s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`lobby/LobbyView/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("joins by keyboard: the name has the focus, Enter joins", async () => {
  const { page, reports } = await gallery.open("lobby/LobbyView/ready");
  await page.keyboard.press("Enter");
  await page.getByText("Type the name that others will see.").waitFor();
  expect(await reports()).toEqual([]);
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["join"]]);
});

it("switches camera and microphone by keyboard, and names what the switch does", async () => {
  const { page, reports } = await gallery.open("lobby/LobbyView/ready");
  await page.keyboard.press("Shift+Tab");
  expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Turn camera on");
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([
    ["toggle", "camera"],
    ["toggle", "microphone"],
  ]);
});

it("chooses another microphone by keyboard", async () => {
  const { page, reports } = await gallery.open("lobby/LobbyView/ready");
  await page.getByRole("button", { name: "Microphone", exact: false }).and(page.locator("[aria-haspopup]")).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "Headset" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(reports).toEqual([["choose", "audioinput", "headset"]]);
});

it("says how the room is protected, in its own words for each model", async () => {
  for (const [name, words] of [
    ["unprotected", "Whoever runs this server can see and hear this meeting."],
    ["ready", "This server makes the key and holds it in memory until the meeting ends"],
    ["passphrase", "Neither this server nor the network can listen in"],
  ] as const) {
    const { page } = await gallery.open(`lobby/LobbyView/${name}`);
    expect(await page.getByText(words, { exact: false }).count()).toBe(1);
  }
});

it("asks once when both devices are blocked, and retries both", async () => {
  const { page, reports } = await gallery.open("lobby/LobbyView/denied");
  await page.getByRole("button", { name: "Try again" }).click();
  expect(await reports()).toEqual([
    ["toggle", "camera"],
    ["toggle", "microphone"],
  ]);
});

it("does not offer what the room does not let people publish, nor another name to invited people", async () => {
  const { page } = await gallery.open("lobby/LobbyView/invited");
  await page.getByText("Joining as").waitFor();
  expect(await page.getByRole("button", { name: /camera/i }).count()).toBe(0);
  expect(await page.getByRole("textbox").count()).toBe(0);
});
