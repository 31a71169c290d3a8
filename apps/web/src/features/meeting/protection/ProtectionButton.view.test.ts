import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`meeting/protection/ProtectionButton/${name}`, options);

it.each([
  ["none", {}],
  ["server", { ...phone, ...dark }],
  ["passphrase", phone],
])("%s is accessible, closed and open (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  await view.page.getByRole("button").press("Enter");
  await view.page.getByRole("dialog").waitFor();
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("opens and closes by keyboard, and gives the focus back", async () => {
  const { page } = await open("server");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "End-to-end encrypted, key from the server" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await expect.poll(() => page.locator(":focus").textContent()).toBe("End-to-end encrypted");
});

it.each([
  ["none", /relay can see and hear/, /Can read messages/],
  ["server", /Cannot see.*unless the relay and the server are one machine/, /Holds the key in memory/],
  ["passphrase", /^Cannot see, hear or read anything\.$/, /^Cannot see, hear or read anything\.$/],
])("says who can read a meeting of model %s", async (name, relay, server) => {
  const { page } = await open(name);
  await page.getByRole("button").click();
  const answers = page.getByRole("dialog").getByRole("definition");
  expect(await answers.nth(0).innerText()).toMatch(relay);
  expect(await answers.nth(1).innerText()).toMatch(server);
  expect(await answers.nth(2).innerText()).toMatch(/^Cannot/);
});
