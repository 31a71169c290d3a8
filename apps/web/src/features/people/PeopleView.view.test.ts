import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([{}, { ...phone, ...dark }])("is accessible (%o)", async (options) => {
  const view = await gallery.open("people/PeopleView/Everybody", options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("can be scrolled by keyboard, and says of everybody what the icons show", async () => {
  const { page, reports } = await gallery.open("people/PeopleView/Everybody");
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
