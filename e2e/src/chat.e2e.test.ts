import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** The chat of two people in real pages. */
const installation = givenInstallation();
const twoPeople = async () => (await installation.meeting(["Ada", "Ben"], { quietly: true })) as [Person, Person];

test("messages arrive both ways, and what is new is counted until the chat is open", async () => {
  const [ada, ben] = await twoPeople();
  await ben.press("Chat");
  await ben.write("Hello Ada");
  await ada.control("Chat, 1 new message").waitFor();
  await ben.write("Are you there?");
  await ada.control("Chat, 2 new messages").click();
  await ada.expectMessages("Hello Ada", "Are you there?");
  await ada.control("Chat \\(").waitFor();
  await ada.write("Yes");
  await ben.expectMessages("Hello Ada", "Are you there?", "Yes");
  expect(await ben.chatLog.getByRole("article").last().getByText("Ada", { exact: true }).count()).toBe(1);
});

test("links lead out safely, and nothing else of a message is more than text, nor of a notice, which is none", async () => {
  const [ada, ben] = await twoPeople();
  await ada.press("Chat");
  await ben.press("Chat");
  const text = `<img src="/x" onerror="document.title='gone'"><b>bold</b> javascript:alert(1) see https://example.org/a?b=c.`;
  await ada.write(text);
  for (const person of [ada, ben]) {
    await person.expectMessages(text);
    expect(await person.messages.locator("img, b, script").count()).toBe(0);
    const links = await person.messages
      .locator("a")
      .evaluateAll((all) =>
        all.map((link) => ["href", "target", "rel"].map((attribute) => link.getAttribute(attribute))),
      );
    expect(links).toEqual([["https://example.org/a?b=c", "_blank", "noopener noreferrer nofollow"]]);
    expect(await person.page.title()).not.toContain("gone");
  }

  const room_id = ada.path.split("/").at(-1);
  await installation.stack.management.demand("/room/broadcastToRoom", { room_id, chat_msg: { message: text } });
  for (const person of [ada, ben]) {
    const notice = person.page.getByRole("status").filter({ hasText: "Notice from the organiser" });
    await notice.getByText(text).waitFor();
    expect(await notice.locator("img, b, script, a").count()).toBe(0);
    await person.expectMessages(text);
    await notice.getByRole("button", { name: "Dismiss" }).click();
    await notice.waitFor({ state: "detached" });
  }
});

test("50 messages of two people who write at the same time stand in one order", async () => {
  const [ada, ben] = await twoPeople();
  const numbered = (person: Person) => Array.from({ length: 25 }, (_, index) => `${person.name} ${index + 1}`);
  await Promise.all(
    [ada, ben].map(async (person) => {
      await person.press("Chat");
      for (const text of numbered(person)) await person.write(text);
    }),
  );
  await ada.messages.nth(49).waitFor();
  await ada.chatLog.locator("[data-state=sending]").first().waitFor({ state: "detached" });
  const seen = await ada.messages.allTextContents();
  await ben.expectMessages(...seen);
  for (const person of [ada, ben]) {
    expect(seen.filter((text) => text.startsWith(person.name))).toEqual(numbered(person));
  }
});
