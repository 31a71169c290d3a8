import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SottoError } from "../SottoError.ts";
import { SeatKeeper } from "./SeatKeeper.ts";

beforeEach(() => vi.useFakeTimers({ now: 1_000 }));
afterEach(() => vi.useRealTimers());

const keeper = () => {
  const onEnded = vi.fn<() => void>();
  return {
    onEnded,
    keeper: new SeatKeeper({
      takeNext: () => Promise.reject(SottoError.notConnected()),
      wake: { listen: () => () => undefined },
      onEnded,
    }),
  };
};

describe("SeatKeeper", () => {
  test("tells what is down, since when, and that it is back", () => {
    const { keeper: seats } = keeper();
    seats.note("media", "down");
    vi.advanceTimersByTime(500);
    seats.note("messages", "down");
    expect(seats.state.get()).toEqual({ status: "reconnecting", since: 1_000, parts: ["media", "messages"] });
    seats.note("media", "up");
    expect(seats.state.get()).toEqual({ status: "reconnecting", since: 1_500, parts: ["messages"] });
    seats.note("messages", "up");
    expect(seats.state.get()).toEqual({ status: "connected" });
  });

  test("two and a half minutes without a part are the end", () => {
    const { keeper: seats, onEnded } = keeper();
    seats.note("messages", "down");
    vi.advanceTimersByTime(149_000);
    seats.note("media", "down"); // does not start them again
    expect(seats.state.get().status).toBe("reconnecting");
    vi.advanceTimersByTime(1_000);
    expect(seats.state.get()).toEqual({ status: "ended", reason: "connection_lost" });
    expect(onEnded).toHaveBeenCalledOnce();
  });

  test("a machine that slept through them is given the time to come back", () => {
    const { keeper: seats } = keeper();
    seats.note("messages", "down");
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(150_000);
    expect(seats.state.get().status).toBe("reconnecting");
    vi.advanceTimersByTime(30_000);
    expect(seats.state.get()).toEqual({ status: "ended", reason: "connection_lost" });
  });

  test("ends once, also when whoever hears of it ends it again", async () => {
    const { keeper: seats, onEnded } = keeper();
    seats.state.subscribe(() => void seats.end("left"));
    await seats.end("removed");
    seats.note("messages", "down");
    expect(seats.state.get()).toEqual({ status: "ended", reason: "removed" });
    expect(onEnded).toHaveBeenCalledOnce();
    expect(() => seats.seat).toThrow(SottoError);
    expect(vi.getTimerCount()).toBe(0);
  });
});
