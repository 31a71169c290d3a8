import { analyticsFileSchema, type AnalyticsFile } from "@sotto/protocol";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { givenInstallation, type VisitOptions } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** Attendance statistics, from the lobby to the file. */
const installation = givenInstallation();

/** A tone without a pause, which the SFU takes for somebody who speaks, as it does not take the browser's own beeps. */
const steadyVoice = { colour: "#336699", hertz: 440 };

async function invited(roomId: string, name: string, visit: VisitOptions & { host?: boolean } = {}): Promise<Person> {
  const { host = false, ...options } = visit;
  const token = await installation.stack.newJoinToken({ roomId, name, host, userId: name.toLowerCase() });
  const person = await installation.visitor(name, { ...options, path: `/?access_token=${token}` });
  await person.page.getByText("This meeting collects attendance statistics").waitFor();
  return person;
}

async function enter(person: Person): Promise<void> {
  await person.page.getByRole("button", { name: "Join now" }).click();
  await person.isInMeeting();
}

async function openSettings(person: Person): Promise<Locator> {
  await person.control("More").click();
  await person.page.getByRole("menuitem", { name: "Settings" }).click();
  return person.page.getByRole("dialog", { name: "Settings" });
}

async function fileOf(roomId: string): Promise<AnalyticsFile> {
  const { management, origin } = installation.stack;
  const { result } = await management.demand("/analytics/fetch", { room_ids: [roomId] });
  const [{ file_id } = { file_id: "" }] = (result as { analytics_list: { file_id: string }[] }).analytics_list;
  const { token } = await management.demand("/analytics/getDownloadToken", { file_id });
  return analyticsFileSchema.parse(await (await fetch(`${origin}/download/analytics/${String(token)}`)).json());
}

const notCounted = "Nothing about you is written down";

test("who shows themself, speaks, writes and leaves is counted; who stays out in the lobby or leaves the statistics is not", async () => {
  const roomId = await installation.stack.createRoom({ roomId: "lecture", features: { enable_analytics: true } });
  const ada = await invited(roomId, "Ada", { host: true, devices: steadyVoice });
  await ada.previewIsThere();
  await enter(ada);
  const stayOut = async () => {
    const ben = await invited(roomId, "Ben");
    await ben.page.getByText("Include me").click();
    await ben.page.getByText(notCounted).waitFor();
    await enter(ben);
  };
  const getOut = async () => {
    const cleo = await invited(roomId, "Cleo");
    await enter(cleo);
    const settings = await openSettings(cleo);
    await settings.getByRole("button", { name: "Leave the statistics" }).click();
    await settings.getByText(notCounted).waitFor();
    await cleo.page.reload();
    await cleo.isInMeeting();
    await (await openSettings(cleo)).getByText(notCounted).waitFor();
  };
  await Promise.all([stayOut(), getOut()]);

  await ada.ownTile.and(ada.page.locator("[data-speaking]")).waitFor();
  await ada.control("Turn microphone off").click();
  await ada.control("Chat").click();
  await ada.write("hello");
  await ada.expectMessages("hello");
  await ada.leave();
  await installation.stack.management.demand("/room/endRoom", { room_id: roomId });

  const { room, users } = await fileOf(roomId);
  expect(room).toMatchObject({ room_total_users: "3", enabled_e2ee: true });
  expect(users.map(({ name }) => name)).toEqual(["Ada"]);
  const events = new Map(users[0]?.events.map((event) => [event.name, event]));
  expect([...events.keys()]).toEqual([
    "joined",
    "left",
    "mic_status",
    "webcam_status",
    "talked_duration",
    "public_chat",
  ]);
  for (const source of ["mic_status", "webcam_status"] as const) {
    expect(events.get(source)?.values.map(({ value }) => value)).toEqual([
      "ANALYTICS_STATUS_STARTED",
      "ANALYTICS_STATUS_ENDED",
    ]);
  }
  const [joined, left] = [events.get("joined"), events.get("left")].map((event) => Number(event?.values[0]?.value));
  const talkedMs = events.get("talked_duration")?.total ?? 0;
  expect(talkedMs).toBeGreaterThan(0);
  expect(talkedMs).toBeLessThanOrEqual(left! - joined!);
});
