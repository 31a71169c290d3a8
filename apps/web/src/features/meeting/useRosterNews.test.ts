import type { Participant } from "@sotto/client";
import { expect, it } from "vitest";
import { compareRosters } from "./useRosterNews.ts";

function person(participantId: string, isLocal = false): Participant {
  return { participantId, name: participantId, role: "participant", isLocal, connection: "online", joinedAt: 0 };
}

it("tells who came and who went, and nothing of oneself", () => {
  const me = person("me", true);
  const [ada, ben] = [person("ada"), person("ben")];
  expect(compareRosters([], [me])).toEqual({ joined: [], left: [] });
  expect(compareRosters([me, ada], [me, ben])).toEqual({ joined: ["ben"], left: ["ada"] });
  expect(compareRosters([me, ada], [me, { ...ada, connection: "away" }])).toEqual({ joined: [], left: [] });
});
