import { expect, test } from "vitest";
import { WaitingPeople } from "./WaitingPeople.ts";

const entry = (participantId: string, since: number, revision = since) => ({
  participantId,
  name: participantId.toUpperCase(),
  since,
  revision,
});
const came = (...args: Parameters<typeof entry>) => {
  const news = entry(...args);
  return { participantId: news.participantId, revision: news.revision, entry: news };
};
const went = (participantId: string, revision: number) => ({ participantId, revision, entry: null });
const names = (people: WaitingPeople) => people.get().map(({ name }) => name);

test("lists who came first in front, without what only the server needs", () => {
  const people = new WaitingPeople();
  people.beginSnapshot()([entry("late", 9), entry("early", 1)]);
  people.apply(came("middle", 5));
  expect(names(people)).toEqual(["EARLY", "MIDDLE", "LATE"]);
  expect(people.get()[0]).toEqual({ participantId: "early", name: "EARLY", since: 1 });
});

test("who was let in or sent away is not listed, whatever comes late", () => {
  const people = new WaitingPeople();
  people.apply(came("ada", 3));
  people.apply(went("ada", 4));
  people.apply(came("ada", 3));
  expect(people.get()).toEqual([]);
});

test("an event that overtakes the snapshot wins over it", () => {
  const people = new WaitingPeople();
  const apply = people.beginSnapshot();
  people.apply(went("ada", 4));
  people.apply(came("ben", 5));
  apply([entry("ada", 3)]);
  expect(names(people)).toEqual(["BEN"]);
});

test("nobody waits for whoever is no host any more", () => {
  const people = new WaitingPeople();
  people.apply(came("ada", 3));
  people.beginSnapshot()(null);
  expect(people.get()).toEqual([]);
});
