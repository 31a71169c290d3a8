import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`lobby/waiting/WaitingView/${name}`, options);

it.each([
  ["alone", {}],
  ["talking", { ...phone, ...dark }],
  ["talking", {}],
  ["reconnecting", dark],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("begins at what is going on, and the next stop of the keyboard leads out", async () => {
  const { page, reports } = await open("alone");
  expect(await page.locator(":focus").textContent()).toBe("Waiting to be let in");
  expect(await page.getByRole("status").textContent()).toContain("The hosts see that Grace Hopper is here.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["leave"]]);
});

it("reads out what hosts write, and says that it is not encrypted", async () => {
  const { page } = await open("talking");
  const messages = page.getByRole("log", { name: "Messages from the hosts" }).getByRole("listitem");
  expect(await messages.first().innerText()).toBe("Ada Lovelace\nWe are running ten minutes late.");
  await page.getByText("not end-to-end encrypted").waitFor();
});

it("says that a lost connection costs no place, and that one is let in", async () => {
  for (const [name, words] of [
    ["reconnecting", "Your place in the waiting room is kept."],
    ["admitted", "You are let in."],
  ] as const) {
    const { page } = await open(name);
    expect(await page.getByRole("status").textContent()).toContain(words);
  }
});
