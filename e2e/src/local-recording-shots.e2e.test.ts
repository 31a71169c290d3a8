import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import { waiting } from "./support/waiting.ts";

/** A host records on their own device, and nobody can miss it. */
const installation = givenInstallation();

/** Duration in seconds and kinds of the streams of a media file. */
function probe(path: string): { kinds: string[]; packets: number } {
  const shown = ["-show_entries", "stream=codec_type,nb_read_packets", "-count_packets", "-of", "json"];
  const { streams } = JSON.parse(execFileSync("ffprobe", ["-v", "error", ...shown, path], { encoding: "utf8" })) as {
    streams: { codec_type: string; nb_read_packets: string }[];
  };
  return {
    kinds: streams.map(({ codec_type }) => codec_type).toSorted(),
    packets: Math.min(...streams.map(({ nb_read_packets }) => Number(nb_read_packets))),
  };
}

test("a host records picture and sound into a file of theirs, and everybody sees it for as long", async () => {
  const [ada, ben] = await installation.meeting(["Ada", "Ben"]);
  if (!ada || !ben) throw new Error("Two people were invited.");
  // The browser's own dialog, which no test can answer; without it the file is handed over as a download.
  await ada.page.evaluate(() => {
    Reflect.deleteProperty(window, "showSaveFilePicker");
    Reflect.deleteProperty(Window.prototype, "showSaveFilePicker");
  });
  await ada.expectToSeeAndHear("Ben");
  await ada.press("More");
  await ada.page.getByRole("menuitem", { name: "Recording and transcription" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Recording and transcription" });
  await dialog.getByRole("button", { name: "Record here" }).click();
  const sign = ben.page.getByRole("button", { name: "Ada records on their own device" });
  await sign.waitFor();
  await dialog.getByText("Your browser is recording.").waitFor();
  await delay(3_000);
  await ada.page.screenshot({ path: "/tmp/shots/real-ada.png" });
  await ben.page.screenshot({ path: "/tmp/shots/real-ben.png" });
  await ben.page.setViewportSize({ width: 375, height: 700 });
  await delay(500);
  await ben.page.screenshot({ path: "/tmp/shots/real-ben-phone.png" });
  await ben.page.setViewportSize({ width: 1280, height: 800 });
  const downloading = ada.page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Stop and save" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.webm$/);
  const { kinds, packets } = probe(await download.path());
  expect(kinds).toEqual(["audio", "video"]);
  expect(packets).toBeGreaterThan(15);
  await expect.poll(() => sign.count(), waiting).toBe(0);

  await dialog.getByRole("button", { name: "Record", exact: true }).click();
  await ada.page.getByText("the server has no recorder that is free").waitFor();
});
