import type { Participant } from "@sotto/client";
import { expect, it } from "vitest";
import { compareRosters } from "./useRosterNews.ts";

function person(participantId: string, isLocal = false): Participant {
  const name = participantId;
  return {
    participantId,
    name,
    role: "participant",
    isLocal,
    connection: "online",
    joinedAt: 0,
    hand: null,
    locks: [],
    consents: {},
    localRecording: null,
  };
}

it("tells who came and who went, and nothing of oneself", () => {
  const me = person("me", true);
  const [ada, ben] = [person("ada"), person("ben")];
  const nothing = { joined: [], left: [], raised: [] };
  expect(compareRosters([], [me])).toEqual(nothing);
  expect(compareRosters([me, ada], [me, ben])).toEqual({ joined: ["ben"], left: ["ada"], raised: [] });
  expect(compareRosters([me, ada], [me, { ...ada, connection: "away" }])).toEqual(nothing);
});

it("tells whose hand went up, once, also of somebody who comes with it", () => {
  const me = person("me", true);
  const [ada, ben] = [person("ada"), { ...person("ben"), hand: 2 }];
  expect(compareRosters([me, ada], [{ ...me, hand: 3 }, { ...ada, hand: 1 }, ben])).toMatchObject({
    raised: ["ada", "ben"],
  });
  expect(compareRosters([me, ben], [me, { ...ben, hand: 1 }])).toMatchObject({ raised: [] });
});
