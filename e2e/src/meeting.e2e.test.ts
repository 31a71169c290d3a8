import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import type { Person } from "./support/Person.ts";
import { waiting } from "./support/waiting.ts";

/** What people see and hear of each other, with the real page, control plane and engines. */
const installation = givenInstallation();

test("two people see and hear each other", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await Promise.all([ada.expectPeople("Ada", "Ben"), ben.expectPeople("Ada", "Ben")]);
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  await ada.expectToSee(ada.tile("Ada"));
});

test("four people see and hear each other; who leaves takes their tile along", async () => {
  const names = ["Ada", "Ben", "Cleo", "Dai"];
  const people = await installation.meeting(names);
  await Promise.all(
    people.map(async (person) => {
      await person.expectPeople(...names);
      await person.expectToSeeAndHear(...names.filter((name) => name !== person.name));
    }),
  );
  const [ada, ben, cleo, dai] = people as [Person, Person, Person, Person];
  await dai.leave();
  await Promise.all([ada, ben, cleo].map((person) => person.expectPeople("Ada", "Ben", "Cleo")));
  await ben.expectToSeeAndHear("Ada", "Cleo");
});

/** How much sound of somebody arrives while two seconds of their picture do. */
async function heardMeanwhile(person: Person, name: string): Promise<number> {
  const before = await person.reception(name);
  await person.expectToSee(person.tile(name), 20);
  return (await person.reception(name)).audioEnergy - before.audioEnergy;
}

test("camera and microphone go off and on, and the other one notices", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await ben.expectToSeeAndHear("Ada");
  await ben.press("People");
  const line = ben.page.getByRole("list", { name: "People in this meeting" }).locator("li", { hasText: "Ada" });
  const silent = { name: "Microphone off" };

  await ada.press("Turn microphone off");
  await ben.tile("Ada").getByRole("img", silent).waitFor();
  await line.getByRole("img", silent).waitFor();
  await expect.poll(() => heardMeanwhile(ben, "Ada"), waiting).toBeLessThan(1e-6);

  await ada.press("Turn camera off");
  await ben.tile("Ada").and(ben.page.locator("[data-picture=none]")).waitFor();
  await line.getByRole("img", { name: "Camera off" }).waitFor();

  await ada.press("Turn microphone on");
  await ada.press("Turn camera on");
  await ben.expectToSeeAndHear("Ada");
  expect(await ben.tile("Ada").getByRole("img", silent).count()).toBe(0);
});

test("a shared screen takes the stage of the others until it ends", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await ada.press("Share your screen");
  await ada.page.getByText("Everybody sees your screen.").waitFor();
  const screen = ben.screenOf("Ada");
  await ben.expectToSee(screen);
  const widthOf = async (tile: Locator) => (await tile.boundingBox())?.width ?? 0;
  for (const name of ["Ada", "Ben"])
    await expect
      .poll(async () => (await widthOf(screen)) / (await widthOf(ben.tile(name))), waiting)
      .toBeGreaterThan(2);
  await ben.expectToSeeAndHear("Ada");

  await ada.page.getByRole("button", { name: "Stop sharing", exact: true }).click();
  await screen.waitFor({ state: "detached" });
  await ben.expectToSeeAndHear("Ada");
});
