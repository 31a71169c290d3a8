import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const permissions = ["clipboard-read", "clipboard-write"];
const open = (name: string, options = {}) =>
  gallery.open(`meeting/invitation/InviteDialog/${name}`, { permissions, ...options });

it.each([
  ["Dialog", {}],
  ["Dialog", { ...phone, ...dark }],
  ["Card", phone],
])("%s is accessible, with and without the passphrase in the link (%o)", async (name, options) => {
  const view = await open(name, options);
  if (name === "Dialog") await view.page.getByRole("button", { name: "Copy link" }).press("Enter");
  const inLink = view.page.getByRole("switch", { name: "Put the passphrase into the link" });
  await inLink.waitFor();
  expect(await view.violations()).toEqual([]);
  await inLink.press("Space");
  await view.page.getByText("whoever gets hold of the link can listen in").waitFor();
  expect(await view.violations()).toEqual([]);
  // A long link does not push the rest out of the window.
  const width = view.page.viewportSize()?.width ?? 0;
  const copy = await view.page.getByRole("button", { name: "Copy link" }).last().boundingBox();
  expect((copy?.x ?? width) + (copy?.width ?? 0)).toBeLessThan(width);
  expect(await view.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(view.complaints).toEqual([]);
});

it("copies by keyboard what was chosen, plain at first, says so, and gives the focus back", async () => {
  const { page } = await open("Dialog");
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const link = "https://meet.example.org/m/wNozXCFpcdtqv3Nj";
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  await dialog.getByText("tell them the passphrase another way").waitFor();
  await dialog.getByRole("button", { name: "Copy link" }).press("Enter");
  await dialog.getByRole("status").getByText("Copied").waitFor();
  expect(await copied()).toBe(link);

  await dialog.getByRole("switch").press("Space");
  await dialog.getByRole("button", { name: /Copy link|Copied/ }).press("Enter");
  await expect.poll(copied).toBe(`${link}#k=unlatch%20zesty%20mongoose%20parka`);
  await page.keyboard.press("Escape");
  await expect.poll(() => page.locator(":focus").textContent()).toBe("Copy link");
});
