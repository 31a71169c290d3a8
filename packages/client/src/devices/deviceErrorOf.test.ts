import { expect, it } from "vitest";
import { deviceErrorOf } from "./deviceErrorOf.ts";

it.each([
  [new DOMException("", "NotAllowedError"), "permission_denied"],
  [new DOMException("", "SecurityError"), "permission_denied"],
  [new DOMException("", "NotFoundError"), "no_device"],
  [new DOMException("", "OverconstrainedError"), "no_device"],
  [new DOMException("", "NotReadableError"), "device_busy"],
  [new TypeError("getUserMedia is not a function"), "failed"],
  ["NotAllowedError", "failed"],
])("%s is %s", (cause, code) => {
  expect(deviceErrorOf(cause)).toBe(code);
});
