import { expect, test } from "vitest";
import { givenInstallation, type VisitOptions } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** Waiting to be let in, on the real page: in a room whose key the server makes, and in one with a passphrase. */
const installation = givenInstallation();
const refused = { expectedComplaints: /the server responded with a status of 4\d\d/ };
const passphrase = "lantern obtuse violin marsh";

/** With an invitation of an integrator, in the lobby. */
async function invited(roomId: string, name: string, options: VisitOptions & { host?: boolean } = {}): Promise<Person> {
  const { host = false, ...visit } = options;
  const token = await installation.stack.newJoinToken({ roomId, name, host });
  return installation.visitor(name, { ...visit, path: `/?access_token=${token}` });
}

async function room(roomId: string, withPassphrase: boolean): Promise<string> {
  return installation.stack.createRoom({
    roomId,
    features: {
      waiting_room_features: { is_active: true, waiting_room_msg: "Please have your papers at hand." },
      end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: withPassphrase },
    },
  });
}

const ask = async ({ page }: Person) => page.getByRole("button", { name: "Ask to join" }).click();
const isWaiting = ({ page }: Person) => page.getByRole("heading", { name: "Waiting to be let in" }).waitFor();

/** What is live of camera and microphone on a page. */
const captured = ({ page }: Person) =>
  page.getByLabel("Your camera picture").evaluate((video: HTMLVideoElement) => video.srcObject instanceof MediaStream);

test("who waits sees themself and hears the hosts, keeps the place over a reload, and comes in with picture and sound", async () => {
  const roomId = await room("consultation", false);
  const ada = await invited(roomId, "Ada", { host: true, ...refused });
  await ada.previewIsThere();
  await ada.page.getByRole("button", { name: "Join now" }).click();
  await ada.isInMeeting();

  const ben = await invited(roomId, "Ben");
  await ben.previewIsThere();
  const sockets: string[] = [];
  ben.page.on("websocket", (socket) => sockets.push(new URL(socket.url()).pathname.split("/")[1] ?? ""));
  await ask(ben);
  await isWaiting(ben);
  await ben.page.getByText("Please have your papers at hand.").waitFor();
  expect(await captured(ben)).toBe(true);
  await ada.page.getByText("Ben waits to be let in.").waitFor();
  await ada.page.getByRole("button", { name: "Later" }).click();
  await ada.control("People, 1 here, 1 waiting to be let in").click();
  await ada.page.getByRole("button", { name: "Write to Ben" }).click();
  await ada.page.getByRole("textbox", { name: "Message" }).fill("Ten more minutes.");
  await ada.page.keyboard.press("Enter");
  await ben.page.getByRole("log").getByText("Ten more minutes.").waitFor();
  expect(new Set(sockets)).toEqual(new Set(["nats"]));

  await ben.page.reload();
  await isWaiting(ben);
  await ben.previewIsThere();
  await ada.expectPeople("Ada");
  const waits = ada.page.getByRole("region", { name: "Waiting to be let in" }).getByRole("listitem");
  expect(await waits.count()).toBe(1);

  const cleo = await invited(roomId, "Cleo", refused);
  await ask(cleo);
  await isWaiting(cleo);
  await ada.page.getByRole("button", { name: "Send away Cleo" }).click();
  await cleo.heading("You were not let in").waitFor();
  await ada.page.getByRole("button", { name: "Let in Ben" }).click();
  await ben.isInMeeting();
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  await expect.poll(() => waits.count(), waiting).toBe(0);

  const dai = await invited(roomId, "Dai");
  await ask(dai);
  await isWaiting(dai);
  await ada.page.getByRole("button", { name: "Let in Dai" }).waitFor();
  await dai.page.getByRole("button", { name: "Leave the waiting room" }).click();
  await dai.heading("You left the meeting").waitFor();
  await expect.poll(() => waits.count(), waiting).toBe(0);
  await ada.expectPeople("Ada", "Ben");
});

test("with a passphrase, it is checked once one is let in: a wrong one is asked for again, after a reload too", async () => {
  const roomId = await room("secret", true);
  const early = await invited(roomId, "Eve", refused);
  await early.page.getByText("you type the passphrase when a host has let you in").waitFor();
  const ada = await invited(roomId, "Ada", { host: true, quietly: true });
  await ada.page.getByLabel("Passphrase for this meeting", { exact: true }).fill(passphrase);
  await ada.page.getByLabel("Once more", { exact: true }).fill(passphrase);
  await ada.page.getByRole("button", { name: "Open the meeting" }).click();
  await ada.isInMeeting();
  await ada.press("People");

  const ben = await invited(roomId, "Ben", refused);
  const field = ({ page }: Person) => page.getByLabel("Passphrase", { exact: true });
  await field(ben).fill("not that one");
  await ask(ben);
  await isWaiting(ben);
  await ada.page.getByRole("button", { name: "Let in Ben" }).click();
  await ben.page.getByText("This meeting was opened with another passphrase, by Ada.").waitFor();
  await field(ben).fill(passphrase);
  await ben.page.getByRole("button", { name: "Join now" }).click();
  await ben.isInMeeting();

  const cleo = await invited(roomId, "Cleo");
  await field(cleo).fill(passphrase);
  await ask(cleo);
  await isWaiting(cleo);
  await cleo.page.reload();
  await isWaiting(cleo);
  await ada.page.getByRole("button", { name: "Let in Cleo" }).click();
  await cleo.page.getByText("A host has let you in. Type the passphrase to come in.").waitFor();
  await field(cleo).fill(passphrase);
  await cleo.page.getByRole("button", { name: "Join now" }).click();
  await cleo.isInMeeting();
  await cleo.press("Chat");
  await cleo.write("In at last");
  await ben.press("Chat");
  await ben.expectMessages("In at last");
});
