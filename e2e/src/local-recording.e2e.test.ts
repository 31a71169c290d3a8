import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import { waiting } from "./support/waiting.ts";

/** A host records on their own device, and nobody can miss it. */
const installation = givenInstallation();

/** How many different pictures and pieces of sound there are in a file. */
function contentsOf(path: string): { pictures: number; sounds: number } {
  const wanted = ["-map", "0:v", "-map", "0:a", "-f", "framecrc", "-"];
  const listed = execFileSync("ffmpeg", ["-v", "error", "-i", path, ...wanted], { encoding: "utf8" });
  const lines = listed.split("\n").filter((line) => !line.startsWith("#"));
  const checksums = (stream: string) =>
    lines.filter((line) => line.startsWith(`${stream},`)).map((line) => line.split(",").at(-1));
  return { pictures: new Set(checksums("0")).size, sounds: new Set(checksums("1")).size };
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
  const downloading = ada.page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Stop and save" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.webm$/);
  // A busy machine records few pictures; a moving one, and a sound, they are all the same.
  const { pictures, sounds } = contentsOf(await download.path());
  expect(Math.min(pictures, sounds)).toBeGreaterThan(2);
  await expect.poll(() => sign.count(), waiting).toBe(0);
});
