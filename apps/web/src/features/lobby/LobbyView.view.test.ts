import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
  ["passphraseInLink", { ...phone, ...dark }],
  ["opening", {}],
  ["opening", { ...phone, ...dark }],
  ["restarted", dark],
  ["notOpened", phone],
  ["checking", {}],
  ["wrongPassphrase", phone],
  ["wrongForHost", dark],
  ["invited", {}],
  ["withWaitingRoom", {}],
  ["letIn", phone],
  ["withStatistics", {}],
  ["withStatistics", { ...phone, ...dark }],
  ["withoutMe", dark],
  ["waiting", {}],
  ["waiting", { ...phone, ...dark }],
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

describe("a meeting with statistics", () => {
  it("says so, of what and for whom, and leaves out by keyboard who does not want to be in them", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/withStatistics");
    await page.getByText("This meeting collects attendance statistics").waitFor();
    await page.getByText("Never what you say, write or show.").waitFor();
    const include = page.getByRole("switch", { name: "Include me" });
    expect(await include.isChecked()).toBe(true);
    await include.press("Space");
    await page.getByText("Nothing about you is written down").waitFor();
    await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
    await page.keyboard.press("Enter");
    expect(await reports()).toEqual([["counted", false], ["join"]]);
  });

  it("is the only one that speaks of them", async () => {
    const { page } = await gallery.open("lobby/LobbyView/ready");
    expect(await page.getByText("statistics").count()).toBe(0);
  });
});

describe("a room with a waiting room", () => {
  it("says that one will be let in, and keeps camera and microphone in reach while one waits", async () => {
    const { page } = await gallery.open("lobby/LobbyView/withWaitingRoom");
    await page.getByText("This meeting has a waiting room.").waitFor();
    await page.getByRole("button", { name: "Ask to join" }).waitFor();
    const { page: waiting, reports } = await gallery.open("lobby/LobbyView/waiting");
    await waiting.getByText("Nobody sees or hears you yet.").waitFor();
    await waiting.getByRole("button", { name: "Turn camera on" }).press("Enter");
    expect(await waiting.getByRole("button", { name: "Ask to join" }).count()).toBe(0);
    expect(await reports()).toEqual([["toggle", "camera"]]);
  });

  it("asks for a passphrase that nobody can know yet only once one is let in", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/passphraseLater");
    await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
    expect(await page.getByLabel("Passphrase", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Ask to join" }).press("Enter");
    expect(await reports()).toEqual([["join", "later"]]);
    const { page: letIn } = await gallery.open("lobby/LobbyView/letIn");
    await letIn.getByText("A host has let you in. Type the passphrase to come in.").waitFor();
    await letIn.getByLabel("Passphrase", { exact: true }).waitFor();
  });
});

describe("a room with a passphrase", () => {
  const typeName = (page: Page) => page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

  it("takes the opener's passphrase, hidden until it is to be shown", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/passphrase");
    await page.getByText("Opened by Ada Lovelace").waitFor();
    await typeName(page);
    const passphrase = field(page, "Passphrase");
    await page.getByRole("button", { name: "Join now" }).click();
    await page.getByText("Type the passphrase.").waitFor();
    await passphrase.and(page.locator(":focus")).waitFor();
    await page.keyboard.insertText("correct horse"); // as pasting does
    expect(await passphrase.getAttribute("type")).toBe("password");
    await page.getByRole("button", { name: "Show the passphrase" }).click();
    expect(await passphrase.getAttribute("type")).toBe("text");
    await passphrase.press("Enter");
    expect(await reports()).toEqual([["join", "correct horse", false]]);
  });

  it("is opened with a passphrase typed twice; an easy one needs a yes", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/opening");
    await typeName(page);
    const open = page.getByRole("button", { name: "Open the meeting" });
    await field(page, "Passphrase for this meeting").fill("tea time");
    await page.getByText("Easy to guess", { exact: true }).waitFor();
    await open.click();
    await page.getByText("The two do not match.").waitFor();
    await field(page, "Once more").fill("tea time");
    await open.click();
    await page.getByText("Choose another, or say that you want it").waitFor();
    expect(await reports()).toEqual([]);
    await page.getByText("Use it although it is easy to guess").click();
    await open.click();
    expect(await reports()).toEqual([["join", "tea time", true]]);
  });

  it("suggests six words, shows them, and copies them", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/opening", {
      permissions: ["clipboard-write", "clipboard-read"],
    });
    await typeName(page);
    await page.getByRole("button", { name: "Suggest one" }).click();
    const passphrase = field(page, "Passphrase for this meeting");
    await expect.poll(() => passphrase.inputValue()).toMatch(/^[a-z-]+( [a-z-]+){5}$/);
    const suggested = await passphrase.inputValue();
    expect(await passphrase.getAttribute("type")).toBe("text");
    await page.getByText("Strong").waitFor();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(suggested);
    await page.getByRole("button", { name: "Open the meeting" }).click();
    expect(await reports()).toEqual([["join", suggested, true]]);
  });

  it("fills in what came with the link", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/passphraseInLink");
    await typeName(page);
    await page.keyboard.press("Enter");
    expect(await reports()).toEqual([["join", "correct horse", false]]);
  });

  it("waits for the host, and lets nobody try before", async () => {
    const { page } = await gallery.open("lobby/LobbyView/notOpened");
    await page.getByText("The host has not opened this meeting yet").waitFor();
    expect(await page.getByRole("button", { name: "Join now" }).isDisabled()).toBe(true);
    expect(await page.locator("input[type=password]").count()).toBe(0);
  });

  it("says at the field that the passphrase is another, until the next is typed", async () => {
    const { page } = await gallery.open("lobby/LobbyView/wrongPassphrase");
    const words = page.getByText("This meeting was opened with another passphrase, by Ada Lovelace.");
    await words.waitFor();
    const passphrase = field(page, "Passphrase");
    await passphrase.and(page.locator(":focus")).waitFor();
    expect(await passphrase.getAttribute("aria-describedby")).toContain((await words.getAttribute("id")) ?? "none");
    await page.keyboard.type("c");
    await expect.poll(() => words.count()).toBe(0);
    expect(await page.getByRole("button", { name: "Start again" }).count()).toBe(0);
  });

  it("lets a host start again, after asking", async () => {
    const { page, reports } = await gallery.open("lobby/LobbyView/wrongForHost");
    await page.getByRole("button", { name: "Start again with a new passphrase" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Start again with a new passphrase?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await reports()).toEqual([]);
    await page.getByRole("button", { name: "Start again with a new passphrase" }).click();
    await dialog.getByRole("button", { name: "Start again" }).click();
    expect(await reports()).toEqual([["restart"]]);
  });
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
