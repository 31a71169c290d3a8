import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** What hosts do about others, on the real page and engines: what everybody sees of it, and that it holds. */
const installation = givenInstallation();

/** Chooses something in the host's menu of a person; the list of people is open. */
async function choose({ page }: Person, name: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `What you can do about ${name}` }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

/** Allows or forbids something to everybody but hosts. */
async function toggleRule({ page }: Person, what: string): Promise<void> {
  await page.getByRole("button", { name: "Rules" }).click();
  await page.getByRole("dialog").getByText(what, { exact: true }).click();
  await page.keyboard.press("Escape");
}

const reads = ({ page }: Person, words: string | RegExp) => page.getByText(words).first().waitFor();
const toast = ({ page }: Person, words: string) =>
  page.getByRole("region", { name: "Notifications" }).getByText(words).waitFor();

/** Every banner and every state of the connection that shows while `what` happens. */
async function bannersWhile({ page }: Person, what: () => Promise<void>): Promise<string[]> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      if (document.body.innerText.includes("Reconnecting")) seen.push("Reconnecting");
    }).observe(document.body, { childList: true, subtree: true });
  });
  await what();
  return page.evaluate(() => (window as unknown as { seen: string[] }).seen);
}

test("a host mutes, asks, locks and unlocks, lets share, and nobody notices a connection that is renewed for it", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  await ada.press("People");
  const silent = ada.tile("Ben").getByRole("img", { name: "Microphone off" });

  await choose(ada, "Ben", "Mute");
  await toast(ben, "A host switched your microphone off. You can turn it on again.");
  await silent.waitFor();
  await choose(ada, "Ben", "Ask to unmute");
  await reads(ben, "Ada asks you to turn your microphone on.");
  await ben.page.getByRole("button", { name: "Unmute" }).click();
  await ada.expectToSeeAndHear("Ben");
  await choose(ada, "Ben", "Turn camera off");
  await toast(ben, "A host switched your camera off. You can turn it on again.");
  await ada.tile("Ben").and(ada.page.locator("[data-picture=none]")).waitFor();
  await ben.press("Turn camera on");
  await ada.expectToSeeAndHear("Ben");

  const banners = await bannersWhile(ben, async () => {
    await toggleRule(ada, "Turn the microphone on");
    await ben.control("Your microphone is locked. A host can unlock it.").waitFor();
    await silent.waitFor();
    await ben.page.keyboard.press("m");
    await toast(ben, "Your microphone is locked. A host can unlock it.");
    await toggleRule(ada, "Turn the microphone on");
    await ben.press("Turn microphone on");
    await ada.expectToSeeAndHear("Ben");
    await ben.press("Share your screen");
    await ada.expectToSee(ada.screenOf("Ben"));
  });
  expect(banners).toEqual([]);
  await choose(ada, "Ben", "Stop the screen share");
  await toast(ben, "A host ended your screen share.");
  await ada.screenOf("Ben").waitFor({ state: "detached" });
  await ben.control("Share your screen").waitFor();
  await ada.expectToSeeAndHear("Ben");
});

test("hands, spotlight, a second host, and somebody who is removed for good", async () => {
  const people = (await installation.meeting(["Ada", "Ben", "Cleo"], {
    quietly: true,
    expectedComplaints: /the server responded with a status of 4\d\d/,
  })) as [Person, Person, Person];
  const [ada, ben, cleo] = people;
  await Promise.all(people.map((person) => person.expectPeople("Ada", "Ben", "Cleo")));
  await ada.press("People");

  await cleo.press("Raise your hand");
  await ada.tile("Cleo").getByText("1", { exact: true }).waitFor();
  await ben.page.keyboard.press("h");
  await ada.tile("Ben").getByText("2", { exact: true }).waitFor();
  const list = ada.page.getByRole("list", { name: "People in this meeting" });
  await expect
    .poll(() => list.getByRole("listitem").locator("[dir=auto]").allTextContents(), waiting)
    .toEqual(["Cleo", "Ben", "Ada"]);
  await choose(ada, "Cleo", "Lower the hand");
  await ben.tile("Ben").getByText("1", { exact: true }).waitFor();
  await cleo.control("Raise your hand").waitFor();

  await choose(ada, "Ben", "Show large to everybody");
  for (const person of [ada, cleo]) {
    const [large, small] = ["Ben", "Ada"].map((name) => person.tile(name));
    await expect
      .poll(
        async () => ((await large!.boundingBox())?.width ?? 0) / ((await small!.boundingBox())?.width ?? 1),
        waiting,
      )
      .toBeGreaterThan(2);
  }
  await ben.ownTile.getByRole("img", { name: "Everybody sees you large" }).waitFor();

  await choose(ada, "Ben", "Make host");
  await toast(ben, "You are a host now.");
  await ben.press("People");
  await choose(ben, "Ada", "No longer host");
  await toast(ada, "You are no longer a host.");
  await expect.poll(() => ada.page.getByRole("button", { name: /^What you can do/ }).count(), waiting).toBe(0);

  await ben.page.getByRole("button", { name: "What you can do about Cleo" }).click();
  await ben.page.getByRole("menuitem", { name: "Remove from the meeting" }).click();
  const question = ben.page.getByRole("alertdialog", { name: "Remove Cleo?" });
  await question.getByText("Keep them out", { exact: true }).click();
  await question.getByRole("button", { name: "Remove" }).click();
  await cleo.heading("You were removed from the meeting").waitFor();
  await Promise.all([ada, ben].map((person) => person.expectPeople("Ada", "Ben")));
  // A guest comes back as somebody else, who has to wait.
  await cleo.page.goto(ada.path);
  await cleo.page.getByRole("button", { name: "Ask to join" }).click();
  await ben.page.getByRole("button", { name: "Send away Cleo" }).click();
  await cleo.heading("You were not let in").waitFor();
});
