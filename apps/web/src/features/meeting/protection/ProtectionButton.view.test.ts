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
  ["host", dark],
  ["doubted", {}],
  ["doubted", { ...phone, ...dark }],
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
  await expect.poll(() => page.locator(":focus").innerText()).toBe("End-to-end encrypted");
});

it("says where the key comes from, how old it is, and what was checked", async () => {
  const texts = async (name: string) => {
    const { page } = await open(name);
    await page.getByRole("button").click();
    return page.getByRole("dialog").getByRole("listitem").allInnerTexts();
  };
  expect(await texts("server")).toEqual([
    "The key comes from this server.",
    "The keys in use are less than a minute old.",
    "What you see and hear of 3 people was checked: it is encrypted with each person's key.",
  ]);
  expect(await texts("passphrase")).toEqual([
    "Ada opened this meeting. The key comes from the passphrase; this server never had it.",
    "The keys in use are 11 minutes old.",
    "Nobody else sends picture or sound right now.",
  ]);
  expect(await texts("none")).toEqual([]);
});

it("is an alert while something does not fit, and names whose it is", async () => {
  const { page } = await open("doubted");
  await page.getByRole("button", { name: "Something cannot be decrypted" }).click();
  const facts = page.getByRole("dialog").getByRole("listitem");
  await facts.filter({ hasText: "Ben: the picture does not fit the key and is not shown." }).waitFor();
  await facts.filter({ hasText: "Cleo: the picture came unencrypted and is not shown." }).waitFor();
});

it("lets a host begin again with a new passphrase, after asking", async () => {
  const { page, reports } = await open("host");
  await page.getByRole("button").click();
  await page.getByRole("button", { name: "New passphrase" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Begin again" }).click();
  expect(await reports()).toEqual([["restart"]]);
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
