import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Wake } from "./Wake.ts";

beforeEach(() => vi.useFakeTimers({ now: 1_000 }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("rings when the machine has slept, and not while it is awake", () => {
  using wake = new Wake();
  const heard = vi.fn<() => void>();
  wake.listen(heard);
  vi.advanceTimersByTime(60_000);
  expect(heard).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 600_000);
  vi.advanceTimersByTime(2_000);
  expect(heard).toHaveBeenCalledOnce();
});

test("rings when the network is back and when the page is shown again", () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", page);
  const heard = vi.fn<() => void>();
  {
    using wake = new Wake();
    wake.listen(heard);
    page.dispatchEvent(new Event("visibilitychange"));
    expect(heard).not.toHaveBeenCalled();
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("online"));
    expect(heard).toHaveBeenCalledTimes(2);
  }
  window.dispatchEvent(new Event("online"));
  expect([heard.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
});
