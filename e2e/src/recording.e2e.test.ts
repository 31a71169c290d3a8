import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FetchRecordingsResult, RecordingInfo } from "@sotto/protocol";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { recorderPids } from "./support/recorderPids.ts";
import type { ColourAndTone } from "./support/replaceDevices.ts";
import { picturesWithHue, streamsOf, tonesIn } from "./support/watchRecording.ts";

/** What a recorder makes of a meeting, with the real page, control plane, engines, recorder and ffmpeg. */
const installation = givenInstallation({ config: { recording: { enabled: true } } });

/** Everybody is a colour and a tone, so that a recording says who is in it. Cleo does not want to be. */
const people = [
  { name: "Ada", colour: "#d02020", hue: 0, hertz: 440 },
  { name: "Ben", colour: "#20c020", hue: 120, hertz: 617 },
  { name: "Cleo", colour: "#2040e0", hue: 230, hertz: 853 },
  { name: "Dai", colour: "#e0d020", hue: 56, hertz: 1171 },
] as const;
const hues = people.map(({ hue }) => hue);
const tones = people.map(({ hertz }) => hertz);
/** Alone in another meeting, whose recorder is killed. */
const eve = { name: "Eve", colour: "#20c0c0", hue: 180, hertz: 440 };
const patience = { timeout: 90_000 };
/** What a recording holds when people are told that it runs. */
const firstChunkSeconds = 2;

const recordingsOf = (name = "") => join(installation.stack.folder, "node-1", "recordings", name);

/** What the integrator of somebody's meeting finds of it, the oldest first. */
async function complete(host: Person): Promise<RecordingInfo[]> {
  const request = { room_ids: [host.path.split("/").at(-1)], order_by: "ASC" };
  const answer = await installation.stack.management.call("/recording/fetch", request);
  return answer.status ? (answer["result"] as FetchRecordingsResult).recordings_list : [];
}
async function completed(host: Person, count: number): Promise<RecordingInfo[]> {
  await expect.poll(async () => (await complete(host)).length, patience).toBe(count);
  return complete(host);
}

const dialogOf = (host: Person) => host.page.getByRole("dialog", { name: "Recording and transcription" });
const press = (host: Person, label: string) =>
  dialogOf(host).getByRole("button", { name: label, exact: true }).click(patience);
const isOn = (host: Person) =>
  dialogOf(host)
    .getByText(/^Recording since/)
    .waitFor(patience);

/** Somebody opens a meeting and has it recorded at hand. */
async function openMeeting(person: ColourAndTone & { name: string }): Promise<Person> {
  const opened = await installation.visitor(person.name, { devices: person });
  await opened.page.getByRole("button", { name: "Start a meeting" }).click();
  await opened.join();
  await opened.press("More");
  await opened.page.getByRole("menuitem", { name: "Recording and transcription" }).click();
  return opened;
}

test("who agreed is seen and heard for as long as it runs, who did not is not; a killed recorder costs seconds", async () => {
  const [first, ...guests] = people;
  const recordedAlone = async () => {
    const alone = await openMeeting(eve);
    await press(alone, "Record");
    await isOn(alone);
    return { alone, onAt: Date.now() };
  };
  const gathered = async () => {
    const ada = await openMeeting(first);
    return {
      ada,
      others: await Promise.all(guests.map((guest) => installation.guest(guest.name, ada, { devices: guest }))),
    };
  };
  const [{ alone, onAt: onAloneAt }, { ada, others }] = await Promise.all([recordedAlone(), gathered()]);
  await delay(Math.max(0, onAloneAt + 6_000 - Date.now()));
  const killedSeconds = (Date.now() - onAloneAt) / 1000;
  for (const pid of recorderPids(installation.stack.nodes[0]?.pid ?? 0)) process.kill(pid, "SIGKILL");

  // Until the recorder is missed, the next one has another meeting to record.
  await press(ada, "Record");
  for (const person of others) {
    const question = person.page.getByRole("alertdialog", { name: "May this meeting be recorded with you in it?" });
    const answer = person.name === "Cleo" ? "Do not record me" : "I agree";
    await question.getByRole("button", { name: answer }).click();
  }
  const agreedAt = Date.now();
  await isOn(ada);
  const onAt = Date.now();
  await delay(8_000);
  await press(ada, "Stop recording");
  const secondsSince = (at: number) => (Date.now() - at) / 1000;
  const [shortest, longest] = [secondsSince(onAt), secondsSince(agreedAt)];
  const [whole] = await completed(ada, 1);

  const file = recordingsOf(whole?.file_path);
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

  // What was recorded until the recorder was killed.
  const [left] = await completed(alone, 1);
  const cutOff = recordingsOf(left?.file_path);
  const { codecs: cutOffCodecs, seconds: cutOffSeconds } = streamsOf(cutOff);
  expect(cutOffCodecs).toEqual(["h264", "aac"]);
  expect(cutOffSeconds).toBeGreaterThan(killedSeconds + firstChunkSeconds - 5);
  const cutOffPictures = picturesWithHue(cutOff, [eve.hue]);
  expect(cutOffPictures.withHue[0]).toBeGreaterThan(cutOffPictures.pictures / 2);

  // Its job was offered again, and goes on in another file.
  const begun = () => readdirSync(recordingsOf("unfinished")).filter((id) => id !== left?.record_id);
  await expect.poll(() => begun().length, patience).toBe(1);
  await press(alone, "Stop recording");
  const [, next] = await completed(alone, 2);
  expect(streamsOf(recordingsOf(next?.file_path)).codecs).toEqual(["h264", "aac"]);
}, 240_000);
