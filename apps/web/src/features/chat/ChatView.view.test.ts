import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`chat/ChatView/${name}`, options);
const field = (page: Page) => page.getByRole("textbox", { name: "Write a message" });

it.each([
  ["filled", {}],
  ["filled", { ...phone, ...dark }],
  ["empty", {}],
  ["readOnly", dark],
  ["gaps", {}],
  ["typing", {}],
  ["privately", {}],
  ["privately", { ...phone, ...dark }],
  ["privatelyLocked", phone],
  ["withFiles", {}],
  ["withFiles", { ...phone, ...dark }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("sends with Enter, starts a line with Shift+Enter, and sends nothing that is empty", async () => {
  const { page, reports } = await open("empty");
  await field(page).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("   ");
  await page.keyboard.press("Enter");
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["send", "one\ntwo"]]);
  expect(await field(page).inputValue()).toBe("");
});

it("shows what was written as text, and only web addresses as links", async () => {
  const { page } = await open("filled");
  const log = page.getByRole("log");
  await log.getByText("<b>not bold</b><img src=x onerror=alert(1)> javascript:alert(1)").waitFor();
  expect(await log.locator("b, img").count()).toBe(0);
  const link = log.getByRole("link", { name: "https://pad.example.org/agenda" });
  expect(await link.getAttribute("href")).toBe("https://pad.example.org/agenda");
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  expect(await link.getAttribute("target")).toBe("_blank");
  expect(await log.getByRole("link").count()).toBe(2);
});

it("says what failed and tries it again", async () => {
  const { page, reports } = await open("filled");
  await page.getByRole("button", { name: "Try again" }).press("Enter");
  expect(await reports()).toEqual([["retry", "m4"]]);
});

it("says who can read, truthfully", async () => {
  const { page } = await open("emptyPlain");
  await page.getByText("which could read them").waitFor();
  expect(await page.getByText("end-to-end encrypted").count()).toBe(0);
});

it("marks a private conversation, says who gets it, and whom one writes to", async () => {
  const { page } = await open("privately");
  await page.getByRole("complementary", { name: "Private with Ada Lovelace" }).waitFor();
  await page.getByText("Only you and Ada Lovelace get these messages.").waitFor();
  await page.getByText("The others have that key too").waitFor();
  await page.getByRole("log", { name: "Private with Ada Lovelace" }).waitFor();
  await page.getByRole("textbox", { name: "Private message to Ada Lovelace" }).waitFor();
  const plain = await open("privatelyEmpty");
  await plain.page.getByText("but it could read them").waitFor();
  expect(await plain.page.getByText("encrypted").count()).toBe(0);
});

it("says why nothing can be written", async () => {
  const locked = await open("privatelyLocked");
  await locked.page.getByText("You may not write private messages in this meeting.").waitFor();
  const gone = await open("privatelyGone");
  await gone.page.getByText("Ada Lovelace has left the meeting.").waitFor();
  for (const { page } of [locked, gone]) expect(await page.getByRole("textbox").count()).toBe(0);
});

it("shows who is writing, and reports what is being written", async () => {
  const { page, reports } = await open("typing");
  await page.getByText("Ada Lovelace and Niklaus Wirth are writing…").waitFor();
  await field(page).pressSequentially("hi");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([
    ["write", "h"],
    ["write", "hi"],
    ["send", "hi"],
    ["write", ""],
  ]);
});

it("says that messages were lost", async () => {
  const { page } = await open("gaps");
  await page.getByText("2 messages could not be decrypted and are not shown.").waitFor();
  await page.getByText("1 message was sent but never arrived here.").waitFor();
});

it("stays at the newest message, unless somebody reads further up", async () => {
  const { page } = await open("Growing");
  const log = page.getByRole("log");
  const distance = () => log.evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));
  const somebodyWrites = () => page.getByRole("button", { name: "Somebody writes" }).click();
  const scrollToTop = async () => {
    await log.focus();
    await page.keyboard.press("Home");
    await expect.poll(() => log.evaluate((list) => list.scrollTop)).toBe(0);
  };
  const newer = page.getByRole("button", { name: "New messages" });
  await expect.poll(distance).toBe(0);
  await somebodyWrites();
  await expect.poll(distance).toBe(0);
  expect(await newer.count()).toBe(0);

  await scrollToTop();
  await somebodyWrites();
  await newer.waitFor();
  expect(await distance()).toBeGreaterThan(500);
  await newer.press("Enter");
  await expect.poll(distance).toBe(0);
  expect(await newer.count()).toBe(0);

  await scrollToTop();
  await field(page).fill("mine");
  await field(page).press("Enter");
  await expect.poll(distance).toBe(0);
});

describe("files", () => {
  const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

  it("are chosen, pasted and dropped, and go as they are given", async () => {
    const { page, reports } = await open("empty");
    const chooser = page.waitForEvent("filechooser");
    await button(page, "Attach files").press("Enter");
    const files = ["a.txt", "b.txt"].map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) }));
    await (await chooser).setFiles(files);
    await expect.poll(async () => (await reports()).length).toBe(1);

    await field(page).evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "image.png", { type: "image/png" }));
      text.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect.poll(async () => (await reports()).length).toBe(2);

    const drag = (selector: string, type: string) =>
      page.locator(selector).evaluate((target, event) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "c.txt"));
        const made = new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true });
        target.dispatchEvent(made);
        return made.defaultPrevented;
      }, type);
    await drag("[role=log]", "dragover");
    await page.getByText("Drop files here to send them").waitFor();
    expect(await drag("[role=log]", "drop")).toBe(true);
    await page.getByText("Drop files here to send them").waitFor({ state: "detached" });
    await expect.poll(async () => (await reports()).length).toBe(3);
    // Beside the chat they do nothing, which includes leaving the page.
    expect(await drag("body", "drop")).toBe(true);
    expect(await reports()).toHaveLength(3);
  });

  it("cannot be given where messages cannot be sent", async () => {
    const { page } = await open("readOnly");
    expect(await button(page, "Attach files").count()).toBe(0);
  });

  it("on their way say how far they are, and are given up or tried again", async () => {
    const { page, reports } = await open("withFiles");
    const progress = page.getByRole("progressbar", { name: "Sending holiday.jpg" });
    expect(await progress.getAttribute("aria-valuenow")).toBe("0.62");
    await button(page, "Do not send holiday.jpg").press("Enter");
    await page.getByText("This meeting's space for files is full.").waitFor();
    await page
      .getByRole("list", { name: "Files being sent" })
      .getByRole("button", { name: "Try again" })
      .press("Enter");
    expect(await reports()).toEqual(
      expect.arrayContaining([
        ["cancel", "holiday.jpg"],
        ["retryFile", "too much.iso"],
      ]),
    );
  });

  it("are saved under their names, and what was changed on its way is not", async () => {
    const { page } = await open("withFiles");
    const download = page.waitForEvent("download");
    await button(page, "Save Minutes of the general meeting, second draft with comments.pdf").press("Enter");
    expect((await download).suggestedFilename()).toBe("Minutes of the general meeting, second draft with comments.pdf");

    const saved: string[] = [];
    page.on("download", (item) => saved.push(item.suggestedFilename()));
    await button(page, "Save damaged.zip").press("Enter");
    await page.getByText("This file was changed on its way. It is not shown or saved.").waitFor();
    await button(page, "Save slow film.mp4").press("Enter");
    await page.getByRole("progressbar", { name: "Fetching slow film.mp4" }).waitFor();
    await button(page, "Stop fetching slow film.mp4").press("Enter");
    expect(saved).toEqual([]);
    expect(await button(page, "Save under way.txt").isDisabled()).toBe(true);
  });

  it("that are pictures are shown, by what is in them and not by what they are called", async () => {
    const { page, reports } = await open("withFiles");
    const shown = page.getByRole("img", { name: "Picture: harbour.png" });
    await shown.waitFor();
    expect(await shown.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(480);
    await expect.poll(reports).toContainEqual(["download", "script.png"]);
    expect(await page.getByRole("img", { name: "Picture: script.png" }).count()).toBe(0);
    // A large one is not fetched before somebody asks.
    expect(await reports()).not.toContainEqual(["download", "large.png"]);
    await button(page, "Show picture").press("Enter");
    await page.getByRole("img", { name: "Picture: large.png" }).waitFor();
  });
});
