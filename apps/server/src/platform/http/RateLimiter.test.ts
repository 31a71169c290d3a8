import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RateLimiter } from "./RateLimiter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("counts each address by the minute", () => {
  const limiter = new RateLimiter(2);
  const spend = (address: string) => () => limiter.spend(address);
  for (const address of ["10.0.0.1", "10.0.0.2", "::ffff:10.0.0.3"]) {
    expect(spend(address)).not.toThrow();
    expect(spend(address)).not.toThrow();
    expect(spend(address)).toThrow("too many requests");
  }
  vi.advanceTimersByTime(60_000);
  expect(spend("10.0.0.1")).not.toThrow();
});

it("takes a /64 of IPv6 for one", () => {
  const limiter = new RateLimiter(1);
  limiter.spend("2001:db8:1:2:3::1");
  expect(() => limiter.spend("2001:db8:1:2:ffff::9")).toThrow();
  expect(() => limiter.spend("2001:db8:1:3::1")).not.toThrow();
});
