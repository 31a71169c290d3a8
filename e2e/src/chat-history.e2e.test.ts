import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** What becomes of messages: answered, changed, taken back; kept over a reload, told to newcomers, forgotten. */
const installation = givenInstallation();

async function choose(person: Person, text: string, item: string): Promise<void> {
  const message = person.chatLog.locator("[data-message]").filter({ hasText: text });
  await message.getByRole("button", { name: "Options" }).press("Enter");
  await person.page.getByRole("menuitem", { name: item, exact: true }).press("Enter");
}

const line = (person: Person, text: string): Locator => person.messages.filter({ hasText: text });
const kept = (person: Person, words: string) => person.page.getByRole("button", { name: words });

test("messages are answered, changed and taken back; a reload brings them back once, and forgetting takes them away", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"], { quietly: true })) as [Person, Person];
  await ada.press("Chat");
  await ben.press("Chat");
  await ada.write("Shall we **begin**?");
  await line(ben, "Shall we begin?").locator("strong", { hasText: "begin" }).waitFor();

  await ada.page.keyboard.press("Escape");
  await choose(ben, "Shall we", "Reply");
  const field = ben.page.getByRole("textbox", { name: "Write a message" });
  await field.pressSequentially("Yes @ad");
  await field.press("Enter");
  await field.press("Enter");
  await ada.control("Chat, 1 new message, 1 mentions you").click();
  await line(ada, "Yes @Ada").locator("[data-self]", { hasText: "@Ada" }).waitFor();
  await line(ada, "Yes @Ada")
    .getByRole("button", { name: /^Reply to You Shall we/ })
    .waitFor();

  await ada.write("Tusday at nine");
  await ada.write("No, forget it");
  await line(ada, "No, forget it").and(ada.page.locator("[data-state=sent]")).waitFor();
  await choose(ada, "Tusday", "Change");
  await ada.page.getByRole("textbox", { name: "Change your message" }).fill("Tuesday at nine");
  await ada.page.keyboard.press("Enter");
  await choose(ada, "No, forget it", "Delete");
  await ada.page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await line(ben, "Tuesday at nine").getByText("edited", { exact: true }).waitFor();
  await line(ben, "This message was deleted.").waitFor();
  expect(await ben.chatLog.getByText("No, forget it").count()).toBe(0);

  await ada.press("People");
  await ada.page.getByRole("button", { name: /^What you can do about Ben|^Message Ben privately/ }).press("Enter");
  const menuItem = ada.page.getByRole("menuitem", { name: "Message privately" });
  const privately = ada.page.getByRole("textbox", { name: "Private message to Ben" });
  await menuItem.or(privately).first().waitFor();
  if (await menuItem.isVisible()) await menuItem.press("Enter");
  await privately.fill("Between us");
  await privately.press("Enter");
  const conversation = ada.page.getByRole("log", { name: "Private with Ben" });
  await conversation.locator("[data-state=sent]", { hasText: "Between us" }).waitFor();

  const everything = ["Shall we begin?", "Yes @Ada", "Tuesday at nine", "You deleted this message."];
  await ada.page.reload();
  await ada.isInMeeting();
  await ada.press("Chat");
  // Everything that the server delivers again is here already: when something new came, nothing else will.
  await ben.write("Still here?");
  await line(ada, "Still here?").waitFor();
  expect(await ada.messages.count()).toBe(everything.length + 1);
  for (const text of everything) expect(await line(ada, text).count(), text).toBe(1);
  await ada.page.getByRole("tab", { name: "Private with Ben" }).click();
  await conversation.getByText("Between us").waitFor();
  expect(await conversation.locator("[data-state]").count()).toBe(1);

  await kept(ada, "Kept in this browser until the meeting ends").click();
  await ada.page.getByRole("button", { name: "Forget this meeting's chat" }).click();
  await ada.page.getByRole("alertdialog").getByRole("button", { name: "Forget", exact: true }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await conversation.getByText("Between us").waitFor({ state: "detached" });
  await ada.page.reload();
  await ada.isInMeeting();
  await ada.press("Chat");
  await ben.write("And now?");
  await ada.expectMessages("And now?");
});

test("who comes later is told what was written before, by somebody who was there, where the room allows it", async () => {
  const { stack } = installation;
  const chat_features = { is_allow: true, is_allow_history_sharing: true };
  const roomId = await stack.createRoom({ roomId: "told", features: { chat_features } });
  const come = async (name: string, host = false) => {
    const token = await stack.newJoinToken({ roomId, name, host });
    const person = await installation.visitor(name, { path: `/?access_token=${token}` });
    await person.page.getByRole("button", { name: "Turn camera off" }).click();
    await person.page.getByRole("button", { name: "Join now" }).click();
    await person.isInMeeting();
    await person.press("Chat");
    return person;
  };
  const ada = await come("Ada", true);
  await ada.write("We meet at the *old* harbour");
  await ada.write("Bring boots");
  await line(ada, "Bring boots").and(ada.page.locator("[data-state=sent]")).waitFor();

  const ben = await come("Ben");
  await ada.write("Welcome");
  await ben.expectMessages("Welcome");
  const offer = ada.page.getByRole("region", { name: "Ben came later." });
  await offer.getByRole("button", { name: "Send them" }).click();
  await ben.expectMessages("We meet at the old harbour", "Bring boots", "Welcome");
  await offer.waitFor({ state: "detached" });
  await ben.page.getByText("Ada sent you what was written before you came.").waitFor();
  expect(await ben.page.getByRole("article", { name: /shared by Ada$/ }).count()).toBe(1);
  // No conversation is opened by it, and a reload keeps it.
  expect(await ben.page.getByRole("tab").count()).toBe(0);
  await ben.page.reload();
  await ben.isInMeeting();
  await ben.press("Chat");
  await ben.expectMessages("We meet at the old harbour", "Bring boots", "Welcome");
  expect(await ben.page.getByRole("article", { name: /shared by Ada$/ }).count()).toBe(1);
});

test("where the browser stores nothing, or has no room left, the chat goes on and says so", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"], { quietly: true })) as [Person, Person];
  const devTools = await ada.page.context().newCDPSession(ada.page);
  await ada.press("Chat");
  await kept(ada, "Kept in this browser until the meeting ends").waitFor();
  await devTools.send("Storage.overrideQuotaForOrigin", { origin: new URL(ada.page.url()).origin, quotaSize: 1 });
  await ada.write("Hello");
  await kept(ada, "This browser has no space left to keep the chat").waitFor();
  await ada.write("Shown all the same");
  await line(ada, "Shown all the same").waitFor();

  await ben.page.context().addInitScript(() => {
    Object.defineProperty(globalThis, "indexedDB", { value: undefined });
  });
  await ben.page.reload();
  await ben.isInMeeting();
  await ben.press("Chat");
  await kept(ben, "This browser cannot keep the chat").waitFor();
  // The server still has what it delivered before.
  await expect.poll(() => line(ben, "Shown all the same").count(), waiting).toBe(1);
});
