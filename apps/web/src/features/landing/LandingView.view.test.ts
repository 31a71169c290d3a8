import { afterAll, beforeAll, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

it.each([
  ["ready", {}],
  ["ready", { ...phone, ...dark }],
  ["opening", {}],
  ["invitedOnly", dark],
  ["unreachable", {}],
  ["insecure", dark],
])("%s is accessible (%o)", async (name, options) => {
  const view = await gallery.open(`landing/LandingView/${name}`, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

it("lets people choose who holds the key, the server if they do not", async () => {
  const { page, reports } = await gallery.open("landing/LandingView/ready");
  const start = page.getByRole("button", { name: "Start a meeting" });
  await start.click();
  await page.getByText("Only people with the passphrase").click();
  await start.click();
  expect(await reports()).toEqual([
    ["start", "server"],
    ["start", "passphrase"],
  ]);
});

it("starts a meeting by keyboard", async () => {
  const { page, reports } = await gallery.open("landing/LandingView/ready");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([["start", "server"]]);
});

it("follows a pasted link by keyboard, and says what is wrong with another text", async () => {
  const { page, reports } = await gallery.open("landing/LandingView/ready");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("no link");
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Or paste a meeting link" });
  await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
  await page.getByText("This is not a link to a meeting on this server.").waitFor();

  await field.fill("https://meet.example.org/m/abc");
  expect(await field.getAttribute("aria-invalid")).toBeNull();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await reports()).toEqual([
    ["follow", "no link"],
    ["follow", "https://meet.example.org/m/abc"],
  ]);
});

it("does not offer to open a meeting where only the operator may", async () => {
  const { page } = await gallery.open("landing/LandingView/invitedOnly");
  expect(await page.getByRole("button", { name: "Start a meeting" }).count()).toBe(0);
  await page.getByText("Meetings here are by invitation").waitFor();
});

it("does not move for people who asked for less motion", async () => {
  const { page } = await gallery.open("landing/LandingView/ready");
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});
