import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** Each part of an installation is killed alone, in the middle of one meeting with picture, sound, a screen and a chat. */
const installation = givenInstallation({ nodes: 2, enginesApart: true });
/** Browsers write every failed connection into the console. */
const unreachable = { expectedComplaints: /ERR_|WebSocket|Failed to load resource/ };

const status = (person: Person, words: string | RegExp) => person.page.getByRole("status").filter({ hasText: words });
const reconnecting = (person: Person) => status(person, "Reconnecting…");
const peerConnections = (person: Person) =>
  person.page.evaluate(() => globalThis.peerConnectionProbe.connections.length);

test("nats-server, livekit-server and the control plane are killed one after the other, and the meeting goes on", async () => {
  const people = (await installation.meeting(["Ada", "Ben"], unreachable)) as [Person, Person];
  const [ada, ben] = people;
  const { stack } = installation;
  const everybody = (act: (person: Person) => Promise<unknown>) => Promise.all(people.map(act));
  const seeEachOther = () => Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  await ada.press("Share your screen");
  await ben.expectToSee(ben.screenOf("Ada"), 2);
  await everybody((person) => person.press("Chat"));
  await ada.write("Before");
  await ben.expectMessages("Before");
  await seeEachOther();
  const ids = [await ben.participantIdOf("Ada"), await ada.participantIdOf("Ben")];
  const connections = await Promise.all(people.map(peerConnections));

  // Messages stand still for a moment; picture and sound do not even notice.
  stack.killEngine("nats");
  await everybody((person) => reconnecting(person).waitFor());
  await seeEachOther();
  await everybody((person) => reconnecting(person).waitFor({ state: "detached" }));
  await ben.write("After the messages' engine");
  await ada.expectMessages("Before", "After the messages' engine");
  await everybody((person) => status(person, /^Messages sent .* may be missing\.$/).waitFor());
  await everybody((person) => person.expectPeople("Ada", "Ben"));
  expect(await Promise.all(people.map(peerConnections))).toEqual(connections);

  // Picture, sound and the shared screen come back; messages go on meanwhile.
  stack.killEngine("livekit");
  await everybody((person) => reconnecting(person).waitFor());
  await ada.write("Without pictures");
  await ben.expectMessages("Before", "After the messages' engine", "Without pictures");
  await everybody((person) => reconnecting(person).waitFor({ state: "detached" }));
  await seeEachOther();
  await ben.expectToSee(ben.screenOf("Ada"), 2);

  // The engines outlive the control plane: everybody waits for it, or comes back through another node.
  await stack.crashNode(0);
  await everybody((person) => reconnecting(person).waitFor({ state: "detached" }));
  await ben.write("After the control plane");
  await ada.expectMessages("Before", "After the messages' engine", "Without pictures", "After the control plane");
  await seeEachOther();
  await ben.expectToSee(ben.screenOf("Ada"), 2);
  expect([await ben.participantIdOf("Ada"), await ada.participantIdOf("Ben")]).toEqual(ids);

  // What nobody noticed has left nothing: two people, one meeting, which ends when it is ended.
  await expect
    .poll(() => everybody((person) => status(person, "could not be decrypted").count()), waiting)
    .toEqual([0, 0]);
  await ada.endForAll();
  await ben.heading("The meeting is over").waitFor();
  const { rooms = [] } = (await stack.management.call("/room/getActiveRoomsInfo")) as { rooms?: unknown[] };
  expect(rooms).toEqual([]);
});
