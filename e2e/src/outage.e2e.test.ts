import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";

/** The server goes away and comes back while people are in a meeting. */
const installation = givenInstallation({ nodes: 2 });
/** Browsers write every failed connection into the console. */
const unreachable = { expectedComplaints: /ERR_|WebSocket|Failed to load resource/ };

const banner = (person: Person) => person.page.getByRole("status").filter({ hasText: "Reconnecting…" });

test("a control plane that crashes and comes back: people are told, and go on where they were", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"], { node: 1, ...unreachable })) as [Person, Person];
  await ada.press("Chat");
  await ada.write("Before");
  await ben.press("Chat");
  await ben.expectMessages("Before");
  const id = await ben.participantIdOf("Ada");

  await installation.stack.nodes[1]?.kill();
  await Promise.all([ada, ben].map((person) => banner(person).waitFor()));
  await installation.stack.restartNode(1);
  await Promise.all([ada, ben].map((person) => banner(person).waitFor({ state: "detached" })));

  await ben.write("After");
  await ada.expectMessages("Before", "After");
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  expect(await ben.participantIdOf("Ada")).toBe(id);
  await Promise.all([ada, ben].map((person) => person.expectPeople("Ada", "Ben")));
});

test("a start page without its server says so, and works when it is back", async () => {
  const ada = await installation.visitor("Ada", unreachable);
  const start = ada.page.getByRole("button", { name: "Start a meeting" });
  await start.and(ada.page.locator(":enabled")).waitFor();
  await ada.page.context().setOffline(true);
  await start.click();
  await ada.page.getByText("The server does not answer").waitFor();
  await ada.page.context().setOffline(false);
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await start.click();
  await ada.page.getByRole("button", { name: "Join now" }).waitFor();
});

test("when everything crashes the meeting is over, when it is stopped it is interrupted: people are told which", async () => {
  const people = await installation.meeting(["Ada", "Ben"], { quietly: true, ...unreachable });
  await installation.stack.nodes[0]?.kill();
  await Promise.all(people.map((person) => banner(person).waitFor()));
  await installation.stack.restartNode(0);
  for (const person of people) {
    await person.heading("The meeting is over").waitFor();
    await person.page.getByText("It ended while you were disconnected.").waitFor();
  }

  const [ada] = people as [Person, Person];
  await ada.page.getByRole("button", { name: "To the start page" }).click();
  await ada.page.getByRole("button", { name: "Start a meeting" }).click();
  await ada.enter();
  await installation.stack.nodes[0]?.stop();
  await ada.heading("The server is restarting").waitFor();
});
