import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([{}, { ...phone, ...dark }])("is accessible (%o)", async (options) => {
  const view = await gallery.open("chat/Conversations/Switch", options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("is chosen by keyboard, and says of each whether it is private and what is new", async () => {
  const { page } = await gallery.open("chat/Conversations/Switch");
  for (const name of [
    "Everybody, 1 mentions you, 1 new message",
    "Private with Ada Lovelace, 2 new messages",
    "Private with Benedikt Alexander von Hohenzollern-Sigmaringen",
    "Private with 李明, 120 new messages",
  ]) {
    await page.getByRole("tab", { name, exact: true }).waitFor();
  }
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("tabpanel").getByText("Shown: p_ada").waitFor();
  await page.keyboard.press("Home");
  await page.getByRole("tabpanel").getByText("Shown: everybody").waitFor();
});
