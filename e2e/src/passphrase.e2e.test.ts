import { expect, test } from "vitest";
import { givenInstallation, type VisitOptions } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** Meetings whose key is a passphrase, in two real browsers: getting in, staying out, beginning again. */
const installation = givenInstallation();
const passphrase = "caf\u00e9 unlatch zesty mongoose parka";
const refused = { expectedComplaints: /the server responded with a status of 4\d\d/ };

/** Which WebSockets a page opens from now on: to the media server, and to NATS. */
function socketsOf({ page }: Person): { media: number; messages: number } {
  const opened = { media: 0, messages: 0 };
  page.on("websocket", (socket) => {
    const { pathname } = new URL(socket.url());
    if (pathname.startsWith("/rtc")) opened.media += 1;
    if (pathname.startsWith("/nats")) opened.messages += 1;
  });
  return opened;
}

/** In the lobby of a new meeting, as its host. */
async function host(name: string, options: VisitOptions = {}): Promise<Person> {
  const person = await installation.visitor(name, options);
  await person.page.getByText("Only people with the passphrase").click();
  await person.page.getByRole("button", { name: "Start a meeting" }).click();
  await prepare(person, options);
  return person;
}

/** In the lobby of a meeting that there is. */
async function guest(name: string, { path }: Person, options: VisitOptions = {}): Promise<Person> {
  const person = await installation.visitor(name, { ...options, path: path + (options.path ?? "") });
  await prepare(person, options);
  return person;
}

async function prepare({ name, page }: Person, { quietly = false }: VisitOptions): Promise<void> {
  if (quietly) {
    await page.getByRole("button", { name: "Turn camera off" }).click();
    await page.getByRole("button", { name: "Turn microphone off" }).click();
  }
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
}

async function openWith({ page }: Person, text: string): Promise<void> {
  await page.getByLabel("Passphrase for this meeting", { exact: true }).fill(text);
  await page.getByLabel("Once more", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Open the meeting" }).click();
}

const field = ({ page }: Person) => page.getByLabel("Passphrase", { exact: true });

async function enter(person: Person, text: string): Promise<void> {
  await field(person).fill(text);
  await person.page.getByRole("button", { name: "Join now" }).click();
}

/** The passphrase was another than `opener`'s; the person can type the next one at once. */
async function isToldWrong(person: Person, opener: string): Promise<void> {
  const words = `This meeting was opened with another passphrase, by ${opener}.`;
  await person.page.getByText(words).waitFor();
  await field(person).and(person.page.locator(":focus")).waitFor();
}

test("with the same words, however they are typed, both see and hear each other", async () => {
  const ada = await host("Ada");
  await ada.previewIsThere();
  await openWith(ada, passphrase);
  await ada.isInMeeting();
  const ben = await guest("Ben", ada);
  await ben.previewIsThere();
  await ben.page.getByText("Opened by Ada").waitFor();
  await enter(ben, `  ${passphrase.normalize("NFD").replaceAll(" ", "  ")} `);
  await ben.isInMeeting();
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
});

test("with others nobody gets a connection, as often as they try; with the right one then they do", async () => {
  const ada = await host("Ada", { quietly: true });
  await openWith(ada, passphrase);
  await ada.isInMeeting();
  const ben = await guest("Ben", ada, { quietly: true });
  const sockets = socketsOf(ben);
  for (const unusable of ["x".repeat(1025), "a\ue000b", "a\u0007b"]) {
    await enter(ben, unusable);
    await ben.page.getByText("too long or contains characters that cannot be used").waitFor();
  }
  for (const other of [passphrase.toUpperCase(), "\u{1f469}\u200d\u{1f680}", "\u05e9\u05dc\u05d5\u05dd"]) {
    await enter(ben, other);
    await isToldWrong(ben, "Ada");
  }
  expect(sockets).toEqual({ media: 0, messages: 0 });
  await enter(ben, passphrase);
  await ben.isInMeeting();
  expect(sockets).toEqual({ media: 1, messages: 1 });
  await ben.press("Chat");
  await ben.write("In at last");
  await ada.press("Chat");
  await ada.expectMessages("In at last");
});

test("before the host has opened it, others wait; the page asks again after a reload", async () => {
  const ada = await host("Ada", { quietly: true, ...refused });
  const ben = await guest("Ben", ada, { quietly: true, ...refused });
  await ben.page.getByText("The host has not opened this meeting yet").waitFor();
  await openWith(ada, "\u{1f600} \u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd, friends of tea");
  await ada.isInMeeting();
  await enter(ben, "\u{1f600} \u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd, friends of tea");
  await ben.isInMeeting();

  await ben.page.reload();
  await enter(ben, "something else");
  await isToldWrong(ben, "Ada");
  expect(
    await ben.page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])),
  ).not.toContain("tea");
  await enter(ben, "\u{1f600} \u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd, friends of tea");
  await ben.isInMeeting();
  await ada.expectPeople("Ada", "Ben");
});

test("of two who open at once one does; the other is told, and enters theirs", async () => {
  const { stack } = installation;
  const features = { end_to_end_encryption_features: { is_enabled: true, enabled_self_insert_encryption_key: true } };
  const roomId = await stack.createRoom({ roomId: "race", features });
  const people = await Promise.all(
    ["Ada", "Ben"].map(async (name) => {
      const token = await stack.newJoinToken({ roomId, name, host: true });
      const person = await installation.visitor(name, { path: `/?access_token=${token}` });
      await person.page.getByRole("button", { name: "Open the meeting" }).waitFor();
      return person;
    }),
  );
  const passphraseOf = ({ name }: Person) => `${passphrase} of ${name}`;
  await Promise.all(people.map((person) => openWith(person, passphraseOf(person))));
  const isIn = (person: Person) => person.control("Leave").isVisible();
  await expect.poll(async () => (await Promise.all(people.map(isIn))).filter(Boolean).length, waiting).toBe(1);
  const [winner, loser] = (await isIn(people[0]!)) ? people : people.toReversed();
  await isToldWrong(loser!, winner!.name);
  await enter(loser!, passphraseOf(winner!));
  await loser!.isInMeeting();
  await winner!.expectPeople("Ada", "Ben");
});

test("a host begins again: everybody is asked for the new passphrase, and the old one is wrong", async () => {
  const ada = await host("Ada", { quietly: true });
  await openWith(ada, passphrase);
  await ada.isInMeeting();
  const ben = await guest("Ben", ada, { quietly: true });
  await enter(ben, passphrase);
  await ben.isInMeeting();
  await ada.page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await ada.page.getByRole("button", { name: "New passphrase" }).click();
  await ada.page.getByRole("alertdialog").getByRole("button", { name: "Begin again" }).click();

  await ben.page.getByText("A new passphrase from here on").waitFor();
  await ben.page.getByText("The host has not opened this meeting yet").waitFor();
  const sockets = socketsOf(ben);
  await openWith(ada, "cubicle trombone gravel sauna");
  await ada.isInMeeting();
  await enter(ben, passphrase);
  await isToldWrong(ben, "Ada");
  expect(sockets).toEqual({ media: 0, messages: 0 });
  await enter(ben, "cubicle trombone gravel sauna");
  await ben.isInMeeting();
  await ada.expectPeople("Ada", "Ben");
});

test("a page that has not heard that the meeting began again opens nothing with what was meant for the session before", async () => {
  const ada = await host("Ada", { quietly: true, ...refused });
  const orders: Record<string, string>[] = [];
  await ada.page.route("**/api/opening", async (route) => {
    const { sessionId = "", participantId = "" } = route.request().postDataJSON() as Record<string, string>;
    orders.push({ sessionId, participantId });
    // Another tab of hers is faster, the first time.
    if (orders.length === 1) await beginAgain(ada, orders[0]!);
    await route.continue();
  });
  await openWith(ada, passphrase);
  await ada.page.getByText("A new passphrase from here on").waitFor();
  for (const label of ["Passphrase for this meeting", "Once more"]) {
    expect(await ada.page.getByLabel(label, { exact: true }).inputValue()).toBe("");
  }
  await openWith(ada, "cubicle trombone gravel sauna");
  await ada.isInMeeting();
  expect(new Set(orders.map(({ sessionId }) => sessionId)).size).toBe(2);
});

async function beginAgain({ page }: Person, order: Record<string, string>): Promise<void> {
  const tab = await page.context().newPage();
  await tab.goto(`${installation.stack.origin}/api/installation`);
  const status = await tab.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    return (await fetch("/api/restart", { method: "POST", headers, body: JSON.stringify(body) })).status;
  }, order);
  expect(status).toBe(200);
  await tab.close();
}

test("a link carries the passphrase only if somebody wants that, and the page takes it out of the address at once", async () => {
  const ada = await host("Ada", { quietly: true });
  await openWith(ada, passphrase);
  await ada.isInMeeting();
  const invitation = ada.page.getByRole("region", { name: "You are the first one here" });
  await invitation.getByText("tell them the passphrase another way").waitFor();
  expect(await invitation.innerText()).not.toContain("#k=");
  await invitation.getByText("Put the passphrase into the link").click();
  await invitation.getByText("#k=").waitFor();

  const sent: string[] = [];
  const ben = await installation.visitor("Ben");
  ben.page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  const kept = () =>
    ben.page.evaluate(() => [
      location.href,
      ...navigation.entries().map(({ url }) => url ?? ""),
      JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), history.state]),
    ]);
  // The page does so before the server has answered anything: there may be no such meeting.
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await ben.page.route("**/api/meetings/*/tokens", async (route) => {
    asked.resolve();
    await answer.promise;
    await route.continue();
  });
  await ben.page.goto(`${ada.path}#k=${encodeURIComponent(passphrase)}`);
  await asked.promise;
  const atOnce = await kept();
  answer.resolve();
  await prepare(ben, { quietly: true });
  expect(await field(ben).inputValue()).toBe(passphrase);
  const inLobby = await kept();
  await ben.page.getByRole("button", { name: "Join now" }).click();
  await ben.isInMeeting();
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  const invite = ada.page.getByRole("dialog", { name: "Invite people" });
  expect(await invite.getByRole("switch").isChecked()).toBe(false);
  expect(await invite.innerText()).not.toContain("#k=");
  for (const text of [...atOnce, ...inLobby, ...sent]) {
    expect(text).not.toContain("#k");
    expect(text).not.toContain("mongoose");
  }
});

test("a browser that cannot encrypt is told so before its invitation is used", async () => {
  const token = await installation.stack.newJoinToken({ roomId: "old-browser", name: "Ada" });
  const old = await installation.visitor("Ada");
  await old.page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, "RTCRtpScriptTransform");
    Reflect.deleteProperty(RTCRtpSender.prototype, "createEncodedStreams");
  });
  await old.page.goto(`/?access_token=${token}`);
  await old.heading("This browser cannot encrypt").waitFor();
  const ada = await installation.visitor("Ada", { path: `/?access_token=${token}`, quietly: true });
  await ada.page.getByRole("button", { name: "Join now" }).click();
  await ada.isInMeeting();
});
