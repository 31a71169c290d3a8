import { expect, test } from "vitest";
import { mediaSourceOf, subscriptionOf } from "./subscriptionOf.ts";

const facts = { source: "camera", inRoster: true, isEncrypted: true } as const;

test("people of the roster are received, in clear only where the room is", () => {
  expect(subscriptionOf(facts, true)).toBe("subscribe");
  expect(subscriptionOf({ ...facts, isEncrypted: false }, true)).toBe("unencrypted");
  expect(subscriptionOf({ ...facts, isEncrypted: false }, false)).toBe("subscribe");
});

test("nobody else is, and nothing that is neither camera, microphone nor screen", () => {
  for (const roomIsEncrypted of [true, false]) {
    expect(subscriptionOf({ ...facts, inRoster: false }, roomIsEncrypted)).toBe("ignore");
    expect(subscriptionOf({ ...facts, inRoster: false, isEncrypted: false }, roomIsEncrypted)).toBe("ignore");
    expect(subscriptionOf({ ...facts, source: mediaSourceOf("unknown") }, roomIsEncrypted)).toBe("ignore");
  }
});
