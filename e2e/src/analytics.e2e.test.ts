import { analyticsFileSchema, type AnalyticsFile } from "@sotto/protocol";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** Attendance statistics, from the lobby to the file. */
const installation = givenInstallation();

async function invited(roomId: string, name: string, host = false): Promise<Person> {
  const token = await installation.stack.newJoinToken({ roomId, name, host, userId: name.toLowerCase() });
  const person = await installation.visitor(name, { path: `/?access_token=${token}` });
  await person.page.getByText("This meeting collects attendance statistics").waitFor();
  await person.previewIsThere();
  return person;
}

async function fileOf(roomId: string): Promise<AnalyticsFile> {
  const { management, origin } = installation.stack;
  const { result } = await management.demand("/analytics/fetch", { room_ids: [roomId] });
  const [{ file_id } = { file_id: "" }] = (result as { analytics_list: { file_id: string }[] }).analytics_list;
  const { token } = await management.demand("/analytics/getDownloadToken", { file_id });
  return analyticsFileSchema.parse(await (await fetch(`${origin}/download/analytics/${String(token)}`)).json());
}

test("who shows themself, writes and leaves is counted; who stays out in the lobby is not, after a reload neither", async () => {
  const roomId = await installation.stack.createRoom({ roomId: "lecture", features: { enable_analytics: true } });
  const ada = await invited(roomId, "Ada", true);
  await ada.page.getByRole("button", { name: "Join now" }).click();
  await ada.isInMeeting();
  const ben = await invited(roomId, "Ben");
  await ben.page.getByText("Include me").click();
  await ben.page.getByText("Nothing about you is written down").waitFor();
  await ben.page.getByRole("button", { name: "Join now" }).click();
  await ben.isInMeeting();
  await ben.page.reload();
  await ben.isInMeeting();

  await ada.control("Turn microphone off").click();
  await ada.control("Chat").click();
  await ada.page.getByRole("textbox", { name: "Message" }).fill("hello");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("log").getByText("hello").waitFor();
  await ada.leave();
  await installation.stack.management.demand("/room/endRoom", { room_id: roomId });

  const { room, users } = await fileOf(roomId);
  expect(room).toMatchObject({ room_total_users: "2", enabled_e2ee: true });
  expect(users.map(({ name }) => name)).toEqual(["Ada"]);
  const events = new Map(users[0]?.events.map((event) => [event.name, event]));
  // Whether the SFU takes the beeps of the fake microphone for somebody who speaks is not certain.
  const certain = [...events.keys()].filter((name) => name !== "talked_duration");
  expect(certain).toEqual(["joined", "left", "mic_status", "webcam_status", "public_chat"]);
  for (const source of ["mic_status", "webcam_status"] as const) {
    expect(events.get(source)?.values.map(({ value }) => value)).toEqual([
      "ANALYTICS_STATUS_STARTED",
      "ANALYTICS_STATUS_ENDED",
    ]);
  }
  const [joined, left] = [events.get("joined"), events.get("left")].map((event) => Number(event?.values[0]?.value));
  expect(events.get("talked_duration")?.total ?? 0).toBeLessThanOrEqual(left! - joined!);
});
