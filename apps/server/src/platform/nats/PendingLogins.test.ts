import { expect, test } from "vitest";
import { PendingLogins } from "./PendingLogins.ts";

test("so many of a network may be pending, whoever is done makes room once", () => {
  const pending = new PendingLogins(2);
  const [first, second] = [pending.enter("2001:db8:1:2::1"), pending.enter("2001:db8:1:2::2")];
  expect(pending.enter("2001:db8:1:2::3")).toBeNull();
  expect(pending.enter("192.0.2.1")).not.toBeNull();
  first?.();
  first?.();
  expect(pending.enter("2001:db8:1:2::3")).not.toBeNull();
  expect(pending.enter("2001:db8:1:2::4")).toBeNull();
  second?.();
  expect(pending.enter("2001:db8:1:2::4")).not.toBeNull();
});
