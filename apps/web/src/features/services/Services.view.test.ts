import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dark, openGallery, phone, type Gallery } from "../../test/openGallery.ts";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery[Symbol.asyncDispose]());

const open = (name: string, options = {}) => gallery.open(`services/Services/${name}`, options);

it.each([
  ["Recording", {}],
  ["Recording", { ...phone, ...dark }],
  ["Transcription", dark],
  ["Off", phone],
  ["Refused", dark],
  ["Running", {}],
  ["Running", { ...phone, ...dark }],
  ["ForGuests", phone],
  ["Indicators", {}],
  ["Indicators", { ...phone, ...dark }],
])("%s is accessible (%o)", async (name, options) => {
  const view = await open(name, options);
  expect(await view.violations()).toEqual([]);
  expect(view.complaints).toEqual([]);
});

describe("a question", () => {
  it("says who asks, takes no answer from a key that was meant for something else, and to close it means no", async () => {
    const { page, reports } = await open("Recording");
    const question = page.getByRole("alertdialog", { name: "May this meeting be recorded with you in it?" });
    expect(await question.innerText()).toContain("Grace Hopper wants to record this meeting on the server.");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await reports()).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await reports()).toEqual([["answer", false]]);
  });

  it("is answered by keyboard: leave, no, yes", async () => {
    const { page, reports } = await open("Transcription");
    for (const name of ["Leave", "Do not transcribe me", "I agree"]) {
      await page.keyboard.press("Tab");
      expect(await page.locator(":focus").textContent()).toBe(name);
      await page.keyboard.press("Enter");
    }
    expect(await reports()).toEqual([["leave"], ["answer", false], ["answer", true]]);
  });
});

it("hosts start and stop, here and on the server", async () => {
  const { page, reports } = await open("Off");
  await page.getByRole("button", { name: "Record", exact: true }).press("Enter");
  await page.getByRole("button", { name: "Record here" }).press("Enter");
  expect(await reports()).toEqual([["start", "recording"], ["start here"]]);
  const running = await open("Running");
  await running.page.getByRole("button", { name: "Stop recording" }).press("Enter");
  await running.page.getByRole("button", { name: "Stop and save" }).press("Enter");
  await running.page.getByRole("switch", { name: "Record me too" }).press("Space");
  expect(await running.reports()).toEqual([["stop", "recording"], ["stop here"], ["answer", "recording", false]]);
  await running.page.getByText("Not in it, because they did not agree: Ada Lovelace and 李明.").waitFor();
  await running.page.getByText("the page of Barbara Liskov did not answer").waitFor();
});

it("says why a meeting has a service not, and offers nothing there", async () => {
  const { page } = await open("Refused");
  await page.getByText("The server has no key for this meeting, so it cannot record it.").waitFor();
  expect(await page.getByRole("button", { name: "Record", exact: true }).count()).toBe(0);
  const guests = await open("ForGuests");
  expect(await guests.page.getByRole("button", { name: /Record|Transcribe/ }).count()).toBe(0);
});

it("is said aloud when it begins, and shown for as long as it is so", async () => {
  const { page, reports } = await open("Indicators");
  const news = page.getByRole("status");
  await expect.poll(() => news.innerText()).toContain("Everybody is being asked about a recording");
  await page.getByRole("button", { name: "Begin" }).press("Enter");
  await expect.poll(() => news.innerText()).toMatch(/This meeting is being recorded\.\s+Ada Lovelace records/);
  await page.getByRole("button", { name: "Recording since 10:32 AM, started by Grace Hopper" }).press("Enter");
  expect(await reports()).toEqual([["open"]]);
});
