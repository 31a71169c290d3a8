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
  ["rich", {}],
  ["rich", { ...phone, ...dark }],
  ["retold", {}],
  ["retold", { ...phone, ...dark }],
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

it("shows text as it was meant, and where a link leads", async () => {
  const { page } = await open("rich");
  const log = page.getByRole("log");
  for (const [tag, text] of [
    ["strong", "budget"],
    ["em", "Everybody"],
    ["del", "half an hour"],
    ["code", "npm test"],
    ["pre", "const answer = 42;"],
    ["blockquote", "Shall we start with the budget?"],
  ] as const) {
    await log.locator(tag, { hasText: text }).first().waitFor();
  }
  expect(await log.locator("ol > li").allTextContents()).toEqual(["numbers", "questions"]);
  expect(await log.locator("ul > li").allTextContents()).toEqual(["no slides", "really"]);
  await log.getByText("(pad.example.org)").waitFor();
  await log.getByText("(xn--80ak6aa92e.com)").waitFor();
  await log.getByText("@Grace Hopper").first().waitFor();
  await log.getByText("edited", { exact: true }).waitFor();
  await log.getByText("You deleted this message.").waitFor();
  await log.getByText("Reply to a message that is not here").waitFor();
  await log.getByText("Sunday, January 4, 2026").waitFor();
});

it("leads by keyboard from an answer to what it answers", async () => {
  const { page } = await open("rich");
  const quote = page.getByRole("button", { name: /^Reply to Ada Lovelace Shall we start/ });
  await quote.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-message"))).toBe("m1");
  await page.locator("[data-found] strong", { hasText: "budget" }).waitFor();
});

it("has a menu for each message, reached by keyboard, with what may be done with it", async () => {
  const { page, reports } = await open("filled");
  const options = (text: string) =>
    page.locator("[data-message]").filter({ hasText: text }).getByRole("button", { name: "Options" });
  const items = () => page.getByRole("menuitem").allTextContents();
  await options("Good morning").press("Enter");
  await page.getByRole("menuitem", { name: "Reply" }).waitFor();
  expect(await items()).toEqual(["Reply", "Copy text"]);
  await page.keyboard.press("Enter");
  await page.getByText("Reply to Ada Lovelace").waitFor();
  await expect.poll(() => field(page).evaluate((text) => text === document.activeElement)).toBe(true);
  await page.keyboard.type("Thanks");
  await page.keyboard.press("Enter");
  await page.getByText("Reply to Ada Lovelace").waitFor({ state: "detached" });

  await options("On it").press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).waitFor();
  expect(await items()).toEqual(["Reply", "Copy text", "Change", "Delete"]);
  await page.keyboard.press("Escape");
  await expect.poll(() => options("On it").evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).press("Enter");
  await page.getByText("the server keeps the encrypted original until the meeting ends").waitFor();
  await page.getByRole("button", { name: "Delete" }).press("Enter");
  await expect.poll(reports).toEqual([
    ["send", "Thanks", "m1"],
    ["delete", "m3"],
  ]);
});

it("changes the last own message after arrow up, and leaves it alone after Escape", async () => {
  const { page, reports } = await open("filled");
  const editing = page.getByRole("textbox", { name: "Change your message" });
  await field(page).press("ArrowUp");
  await expect.poll(() => editing.inputValue()).toBe("On it\n\n- first\n- second");
  await editing.press("Escape");
  await expect.poll(() => field(page).inputValue()).toBe("");
  await field(page).press("ArrowUp");
  await editing.fill("Done");
  await editing.press("Enter");
  await field(page).waitFor();
  expect(await field(page).inputValue()).toBe("");
  expect(await reports()).toEqual([["edit", "m3", "Done"]]);
});

it("completes people and emoji from the keyboard, and sends people by their ids", async () => {
  const { page, reports } = await open("empty");
  const options = page.getByRole("listbox", { name: "Suggestions" }).getByRole("option");
  await field(page).pressSequentially("Hello @");
  expect(await options.allTextContents()).toEqual(["ALAda Lovelace", "NWNiklaus Wirth"]);
  await page.keyboard.press("ArrowDown");
  expect(await field(page).getAttribute("aria-activedescendant")).toBe(await options.nth(1).getAttribute("id"));
  await page.keyboard.press("Enter");
  expect(await field(page).inputValue()).toBe("Hello @Niklaus Wirth ");
  await field(page).pressSequentially("and @ad");
  await page.keyboard.press("Escape");
  expect(await options.count()).toBe(0);
  await field(page).pressSequentially("a");
  await page.keyboard.press("Tab");
  await field(page).pressSequentially(":thumbs_u");
  await page.keyboard.press("Enter");
  await field(page).pressSequentially(":tada:");
  expect(await field(page).inputValue()).toBe("Hello @Niklaus Wirth and @Ada Lovelace 👍🎉");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["send", "Hello @p_NNNNNNNNNNNNNNNN and @p_AAAAAAAAAAAAAAAA 👍🎉"]]);
});

it("picks emoji by name and by arrow keys, into the text where the caret is", async () => {
  const view = await open("empty");
  const { page } = view;
  await field(page).fill("ab");
  await field(page).press("ArrowLeft");
  await page.getByRole("button", { name: "Emoji" }).press("Enter");
  const search = page.getByRole("searchbox", { name: "Search emoji" });
  await expect.poll(() => search.evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await view.violations()).toEqual([]);
  await page.keyboard.type("owl");
  await page.getByRole("option", { name: "owl" }).waitFor();
  await expect.poll(() => page.getByRole("option").count()).toBe(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => field(page).inputValue()).toBe("a🦉b");
  await expect.poll(() => field(page).evaluate((text) => text === document.activeElement)).toBe(true);
});

it("keeps what was too fast, says so, and sends it again", async () => {
  const { page, reports } = await open("empty");
  await field(page).fill("fast");
  await page.keyboard.press("Enter");
  await page.getByText("That was too fast for this meeting.").waitFor();
  expect(await field(page).inputValue()).toBe("fast");
  await field(page).fill("slow");
  await page.keyboard.press("Enter");
  await page.getByText("That was too fast for this meeting.").waitFor({ state: "detached" });
  expect(await field(page).inputValue()).toBe("");
  expect(await reports()).toEqual([
    ["send", "fast"],
    ["send", "slow"],
  ]);
});

it("tells apart what somebody told, and offers to tell", async () => {
  const { page, reports } = await open("retold");
  await page.getByText("Niklaus Wirth sent you what was written before you came.").waitFor();
  await page.getByText("whether it was written like this cannot be checked").waitFor();
  expect(await page.getByText("shared by Niklaus Wirth").count()).toBe(2);
  await page.getByRole("article", { name: /^Ada Lovelace, .*, shared by Niklaus Wirth$/ }).waitFor();
  await page
    .getByRole("region", { name: "Benedikt came later." })
    .getByRole("button", { name: "Not now" })
    .press("Enter");
  expect(await reports()).toEqual([["dismiss"]]);
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
  await page.getByText(/^Messages sent between \d+:00 AM and \d+:02 AM may be missing\.$/).waitFor();
  await page.getByText(/^Messages sent around \d+:05 AM may be missing\.$/).waitFor();
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
