import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FetchRecordingsResult, RecordingInfo } from "@sotto/protocol";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { recorderPids } from "./support/recorderPids.ts";
import { picturesWithHue, streamsOf, tonesIn } from "./support/watchRecording.ts";

/** What a recorder makes of a meeting, with the real page, control plane, engines, recorder and ffmpeg. */
const installation = givenInstallation({ config: { recording: { enabled: true } } });

/** Everybody is a colour and a tone, so that a recording says who is in it. Cleo does not want to be. */
const people = [
  { name: "Ada", colour: "#d02020", hue: 0, hertz: 440 },
  { name: "Ben", colour: "#20c020", hue: 120, hertz: 617 },
  { name: "Cleo", colour: "#2040e0", hue: 230, hertz: 853 },
  { name: "Dai", colour: "#e0d020", hue: 56, hertz: 1171 },
];
const hues = people.map(({ hue }) => hue);
const tones = people.map(({ hertz }) => hertz);
const patience = { timeout: 90_000 };
/** What a recording holds when people are told that it runs. */
const firstChunkSeconds = 2;

const recordingsOf = (name = "") => join(installation.stack.folder, "node-1", "recordings", name);

async function complete(): Promise<RecordingInfo[]> {
  const answer = await installation.stack.management.call("/recording/fetch", { order_by: "ASC" });
  return answer.status ? (answer["result"] as FetchRecordingsResult).recordings_list : [];
}

const dialogOf = (host: Person) => host.page.getByRole("dialog", { name: "Recording and transcription" });
const isOn = (host: Person) =>
  dialogOf(host)
    .getByText(/^Recording since/)
    .waitFor(patience);

test("who agreed is seen and heard for as long as it runs, who did not is not; a killed recorder costs seconds", async () => {
  const [host, ...guests] = people;
  if (host === undefined) throw new Error("somebody has to begin");
  const ada = await installation.visitor(host.name, { devices: host });
  await ada.page.getByRole("button", { name: "Start a meeting" }).click();
  await ada.join();
  const others: Person[] = [];
  for (const guest of guests) {
    const person = await installation.visitor(guest.name, { devices: guest, path: ada.path });
    await person.join();
    others.push(person);
  }

  await ada.press("More");
  await ada.page.getByRole("menuitem", { name: "Recording and transcription" }).click();
  await dialogOf(ada).getByRole("button", { name: "Record", exact: true }).click();
  for (const person of others) {
    const question = person.page.getByRole("alertdialog", { name: "May this meeting be recorded with you in it?" });
    const answer = person.name === "Cleo" ? "Do not record me" : "I agree";
    await question.getByRole("button", { name: answer }).click();
  }
  const agreedAt = Date.now();
  await isOn(ada);
  const onAt = Date.now();
  await delay(10_000);
  await dialogOf(ada).getByRole("button", { name: "Stop recording" }).click();
  const secondsSince = (at: number) => (Date.now() - at) / 1000;
  const [shortest, longest] = [secondsSince(onAt), secondsSince(agreedAt)];
  await expect.poll(async () => (await complete()).length, patience).toBe(1);
  const [first] = await complete();

  const file = recordingsOf(first?.file_path);
  const { codecs, seconds, complaints } = streamsOf(file);
  expect({ codecs, complaints }).toEqual({ codecs: ["h264", "aac"], complaints: "" });
  // It began between the last yes and the moment when people were told that it runs, which a busy machine moves apart.
  expect(seconds).toBeGreaterThan(shortest + firstChunkSeconds - 1);
  expect(seconds).toBeLessThan(longest + 1);
  const { pictures, withHue } = picturesWithHue(file, hues);
  const [red = 0, green = 0, blue, yellow = 0] = withHue;
  for (const seen of [red, green, yellow]) expect(seen).toBeGreaterThan(pictures / 2);
  expect(blue).toBe(0);
  const [low = 0, second = 0, refused = 0, high = 0] = tonesIn(file, tones, { from: seconds - 5, to: seconds - 1 });
  for (const tone of [low, second, high]) expect(tone).toBeGreaterThan(0.05);
  expect(refused).toBeLessThan(Math.min(low, second, high) / 1_000);

  // Another one, to which nobody but the host says anything; its recorder is killed.
  await dialogOf(ada).getByRole("button", { name: "Record", exact: true }).click(patience);
  await isOn(ada);
  const onAgainAt = Date.now();
  await delay(6_000);
  const [node] = installation.stack.nodes;
  const killedSeconds = (Date.now() - onAgainAt) / 1000;
  for (const pid of recorderPids(node?.pid ?? 0)) process.kill(pid, "SIGKILL");
  await expect.poll(async () => (await complete()).length, patience).toBe(2);
  const [, left] = await complete();
  const cutOff = streamsOf(recordingsOf(left?.file_path));
  expect(cutOff.codecs).toEqual(["h264", "aac"]);
  expect(cutOff.seconds).toBeGreaterThan(killedSeconds + firstChunkSeconds - 5);

  // Its job was offered again, and goes on in another file.
  await expect.poll(() => readdirSync(recordingsOf("unfinished")).length, patience).toBe(1);
  await delay(3_000);
  await dialogOf(ada).getByRole("button", { name: "Stop recording" }).click();
  await expect.poll(async () => (await complete()).length, patience).toBe(3);
  const [, , third] = await complete();
  expect(streamsOf(recordingsOf(third?.file_path)).codecs).toEqual(["h264", "aac"]);
}, 240_000);
