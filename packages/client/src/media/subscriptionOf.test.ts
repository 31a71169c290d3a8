import { expect, test } from "vitest";
import { isOfKind, mediaSourceOf, subscriptionOf } from "./subscriptionOf.ts";

const facts = { source: "camera", fitsKind: true, inRoster: true, isEncrypted: true } as const;

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

test("no picture is received as a microphone, and no sound as a camera", () => {
  expect(isOfKind("microphone", "audio")).toBe(true);
  expect(isOfKind("screen_share", "video")).toBe(true);
  expect(isOfKind("microphone", "video")).toBe(false);
  expect(isOfKind("screen_share_audio", "video")).toBe(false);
  expect(isOfKind("camera", "audio")).toBe(false);
  expect(subscriptionOf({ ...facts, fitsKind: false }, true)).toBe("ignore");
});
