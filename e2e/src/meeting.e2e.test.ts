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
