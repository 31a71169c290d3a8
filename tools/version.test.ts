import { expect, it } from "vitest";
import { isAtLeast, parseVersion } from "./version.mjs";

it.each([
  ["nats-server: v2.15.2", [2, 15, 2]],
  ["livekit-server version 1.13.5", [1, 13, 5]],
  ["go version go1.26.8 linux/amd64", [1, 26, 8]],
  ["go version go1.26 linux/amd64", [1, 26, 0]],
  ["v24.21.0", [24, 21, 0]],
  ["command not found", undefined],
  [undefined, undefined],
])("reads %s", (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

it.each([
  [[2, 12, 0], [2, 12], true],
  [[2, 11, 9], [2, 12], false],
  [[3, 0, 0], [2, 12], true],
  [[1, 9, 0], [1, 9, 1], false],
  [[24, 0, 0], [24], true],
])("%j is at least %j: %s", (version, least, answer) => {
  expect(isAtLeast(version, least)).toBe(answer);
});
