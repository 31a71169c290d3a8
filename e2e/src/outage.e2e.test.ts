import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ControlPlane, type StackConfig } from "@sotto/dev-env";
import { expect, onTestFinished, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** The server goes away and comes back while people are in a meeting. */
const installation = givenInstallation({ nodes: 2 });
/** Browsers write every failed connection into the console. */
const unreachable = { expectedComplaints: /ERR_|WebSocket|Failed to load resource/ };

const banner = (person: Person) => person.page.getByRole("status").filter({ hasText: "Reconnecting…" });

/** The second node once more, under the same address, as a supervisor would start it. */
async function restart(origin: string): Promise<void> {
  const file = join(installation.stack.folder, "node-2.yaml");
  const config = JSON.parse(readFileSync(file, "utf8")) as { server: StackConfig };
  config.server = { ...config.server, port: Number(new URL(origin).port) };
  writeFileSync(file, JSON.stringify(config));
  const node = await ControlPlane.start(file);
  onTestFinished(() => node.stop());
}

test("a control plane that crashes and comes back: people are told, and go on where they were", async () => {
  const origin = installation.stack.originOf(1);
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"], { node: 1, ...unreachable })) as [Person, Person];
  await ada.press("Chat");
  await ada.write("Before");
  await ben.press("Chat");
  await ben.expectMessages("Before");
  const id = await ben.participantIdOf("Ada");

  await installation.stack.nodes[1]?.kill();
  await Promise.all([ada, ben].map((person) => banner(person).waitFor()));
  await restart(origin);
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
  await ada.page.getByRole("button", { name: "Try again" }).or(start).first().click();
  await expect.poll(() => ada.path, waiting).toMatch(/^\/m\//);
});
