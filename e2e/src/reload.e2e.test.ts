import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { givenInstallation } from "./support/givenInstallation.ts";
import { Person } from "./support/Person.ts";

/** Whoever reloads the page keeps their place. */
const installation = givenInstallation();

/** From now on: the most tiles there were at once. */
async function countTiles(person: Person): Promise<() => Promise<number>> {
  const most = await person.tiles.first().evaluateHandle((tile) => {
    const counter = { most: 0 };
    const count = () => {
      counter.most = Math.max(counter.most, document.querySelectorAll("[data-kind=person]").length);
    };
    count();
    new MutationObserver(count).observe(tile.parentElement ?? document, { childList: true });
    return counter;
  });
  return () => most.evaluate((counter) => counter.most);
}

test("a reload resumes the same participant: no second tile, picture and sound come back", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await ben.expectPeople("Ada", "Ben");
  const id = await ben.participantIdOf("Ada");
  const mostTiles = await countTiles(ben);

  await ada.page.reload();
  await ada.isInMeeting();
  await Promise.all([ada.expectToSeeAndHear("Ben"), ben.expectToSeeAndHear("Ada")]);
  expect(await ada.participantIdOf("Ada")).toBe(id);
  expect(await ben.participantIdOf("Ada")).toBe(id);
  expect(await mostTiles()).toBe(2);
});

test("the page that goes away does not come back by itself, however slow the next one is", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"])) as [Person, Person];
  await ben.expectToSeeAndHear("Ada");
  let joins = 0;
  ada.page.on("request", (request) => {
    if (request.url().endsWith("/api/join")) joins += 1;
  });
  await ada.page.route(`**${ada.path}`, async (route) => {
    await delay(1_500);
    await route.continue();
  });
  await ada.page.reload();
  await ada.isInMeeting();
  await ben.expectToSeeAndHear("Ada");
  expect(joins).toBe(1);
});

test("reloading twice at once, before the first reload is through, keeps the place too", async () => {
  const [ada, ben] = (await installation.meeting(["Ada", "Ben"], { quietly: true })) as [Person, Person];
  await ben.expectPeople("Ada", "Ben");
  const id = await ben.participantIdOf("Ada");
  const mostTiles = await countTiles(ben);
  const joining = ada.page.waitForRequest("**/api/join");
  await ada.page.reload({ waitUntil: "commit" });
  await joining;
  await ada.page.reload();
  await ada.isInMeeting();
  expect(await ada.participantIdOf("Ada")).toBe(id);
  await ada.press("Chat");
  await ada.write("Here again");
  await ben.press("Chat");
  await ben.expectMessages("Here again");
  expect(await ben.participantIdOf("Ada")).toBe(id);
  expect(await mostTiles()).toBe(2);
});

test("two tabs of one browser are two people, and stay themselves when both reload", async () => {
  const [ada] = (await installation.meeting(["Ada"], { quietly: true })) as [Person];
  const ben = new Person("Ben", await ada.page.context().newPage());
  await ben.page.goto(ada.path);
  await ben.enter(); // the browser remembers that its camera and microphone were switched off
  const tabs = [ada, ben];
  await Promise.all(tabs.map((person) => person.expectPeople("Ada", "Ben")));
  const ids = await Promise.all(tabs.map(({ name }) => ada.participantIdOf(name)));
  expect(new Set(ids).size).toBe(2);

  await Promise.all(tabs.map(({ page }) => page.reload()));
  await Promise.all(tabs.map((person) => person.isInMeeting()));
  await Promise.all(tabs.map((person) => person.expectPeople("Ada", "Ben")));
  expect(await Promise.all(tabs.map((person) => person.ownTile.getAttribute("data-participant")))).toEqual(ids);
});
