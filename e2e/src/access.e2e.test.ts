import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** The whole way through a meeting by keyboard, on a phone, in German; and axe on the real meeting. */
const installation = givenInstallation();

/** Presses a key until the focus is where it should be. */
async function moveTo(page: Page, key: string, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target.toString()}.`);
}

test("from the start page through a message and out again without a mouse", async () => {
  const ada = await installation.visitor("Ada");
  const { page } = ada;
  await moveTo(page, "Tab", page.getByRole("button", { name: "Start a meeting" }));
  await page.keyboard.press("Enter");
  const name = page.getByRole("textbox", { name: "Your name" });
  await ada.previewIsThere();
  await moveTo(page, "Tab", name);
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await ada.isInMeeting();

  await moveTo(page, "Tab", ada.control("Turn microphone off"));
  await moveTo(page, "ArrowRight", ada.control("Chat"));
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Write a message" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Enter");
  await ada.expectMessages("By hand");
  await page.keyboard.press("Escape");
  await ada.control("Chat").and(page.locator(":focus")).waitFor();

  await page.keyboard.press("m");
  await ada.control("Turn microphone on").waitFor();
  await moveTo(page, "ArrowRight", ada.control("Leave"));
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Leave the meeting" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await ada.heading("You left the meeting").and(page.locator(":focus")).waitFor();
  // Hosts who do not stay to the end are told where the receipt is.
  await page.getByRole("heading", { name: "The data receipt is not on this page" }).waitFor();
});

test("a phone shows everything without scrolling sideways, and its chat covers the meeting", async () => {
  const [ben] = (await installation.meeting(["Ben"])) as [Person];
  const phone = { viewport: { width: 375, height: 667 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
  const ada = await installation.guest("Ada", ben, phone);
  const { page } = ada;
  await ada.expectToSeeAndHear("Ben");
  for (const label of ["Turn microphone off", "Turn camera off", "People", "Chat", "More", "Leave"]) {
    const box = await ada.control(label).boundingBox();
    expect(box, label).not.toBeNull();
    expect(box!.x, label).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width, label).toBeLessThanOrEqual(375);
    expect(box!.y + box!.height, label).toBeLessThanOrEqual(667);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);

  await ada.control("Chat").tap();
  await ada.write("From a phone");
  await ada.expectMessages("From a phone");
  const panel = await page.getByRole("complementary", { name: "Chat" }).boundingBox();
  expect(panel?.width).toBe(375);
  await page.getByRole("button", { name: "Close" }).tap();
  await ben.control("Chat, 1 new message").waitFor();
  await ada.leave();
  await ben.expectPeople("Ben");
});

test("somebody with a German browser goes all the way in German", async () => {
  const { page } = await installation.visitor("Ada", { locale: "de-DE" });
  await page.getByRole("button", { name: "Besprechung starten" }).click();
  await page.getByRole("img", { name: "Mikrofonpegel" }).waitFor();
  await page.getByRole("textbox", { name: "Ihr Name" }).fill("Ada");
  await page.getByRole("button", { name: "Jetzt beitreten" }).click();
  const controls = page.getByRole("toolbar", { name: "Steuerung der Besprechung" });
  await controls.getByRole("button", { name: "Mikrofon ausschalten" }).waitFor();
  await controls.getByRole("button", { name: "Chat" }).click();
  await page.getByRole("textbox", { name: "Nachricht schreiben" }).fill("Grüß Gott");
  await page.keyboard.press("Enter");
  await page.getByRole("log").getByText("Grüß Gott").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await controls.getByRole("button", { name: "Verlassen" }).click();
  await page.getByRole("menuitem", { name: "Besprechung verlassen" }).click();
  await page.getByRole("heading", { name: "Sie haben die Besprechung verlassen" }).waitFor();
});

/** What axe finds, and where. */
async function violations(page: Page): Promise<unknown[]> {
  const { violations: found } = await new AxeBuilder({ page })
    // react-aria's announcement of a pending button stays some seconds longer than the button that names it.
    .exclude("[data-live-announcer]")
    // A tooltip is outside of the landmarks, and described by the button that has it.
    .exclude("[data-overlay-container]:has(> [role=tooltip])")
    .analyze();
  return found.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

test("axe finds nothing in the meeting, with each panel open, in light and dark", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  const { page } = ada;
  await ada.expectToSee(ada.tile("Ben"));
  await ben.press("Turn microphone off");
  await ben.press("Chat");
  await ben.write("Have a look at https://example.org/");
  await ada.control("Chat, 1 new").waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
    for (const panel of ["Chat", "People"]) {
      await ada.press(panel);
      await page.getByRole("complementary", { name: panel }).waitFor();
      expect(await violations(page), `${colorScheme}, ${panel}`).toEqual([]);
    }
    await page.keyboard.press("Escape");
  }
});
