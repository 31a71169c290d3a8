import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (specimen: string, options = {}) =>
  gallery.open(`features/meeting/connection/ReturnBanner/${specimen}`, options);

it.each([
  ["nothingMissed", "You were away for 40 seconds and missed no messages."],
  ["messagesCame", "You were away for 2 minutes. 3 messages came meanwhile."],
  ["lost", "You were away for 40 seconds. Messages may be missing; the chat says from when."],
  ["media", "For 40 seconds you could not see and hear the others."],
])("says how long one was away and what one missed: %s", async (specimen, words) => {
  const { page } = await open(specimen);
  await page.getByRole("status").filter({ hasText: "You are back" }).getByText(words).waitFor();
});

it.each(["messagesCame", "Away"])("is accessible: %s", async (specimen) => {
  for (const options of [{}, { ...phone, ...dark }]) {
    const view = await open(specimen, options);
    expect(await view.violations()).toEqual([]);
    expect(view.complaints).toEqual([]);
  }
});
