import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxBehind, ReplayWindow } from "./ReplayWindow.ts";

/** The rule, said the slow way. */
class Model {
  readonly #seen = new Set<bigint>();
  #newest: bigint | null = null;

  accepts(counter: bigint): boolean {
    if (this.#seen.has(counter)) return false;
    if (this.#newest !== null && this.#newest - counter > maxBehind) return false;
    this.#seen.add(counter);
    if (this.#newest === null || counter > this.#newest) this.#newest = counter;
    return true;
  }
}

const accepts = (window: ReplayWindow, counter: bigint): boolean => {
  try {
    window.accept(counter);
    return true;
  } catch {
    return false;
  }
};

describe("ReplayWindow", () => {
  test("decides as the rule says, in any order", () => {
    const near = fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(100n, 110n), fc.bigInt(1000n, 1070n));
    const far = fc.bigInt(0n, 5000n);
    const counters = fc.oneof(fc.array(near, { maxLength: 200 }), fc.array(far, { maxLength: 200 }));
    fc.assert(
      fc.property(counters, (sequence) => {
        const window = new ReplayWindow();
        const model = new Model();
        for (const counter of sequence) expect(accepts(window, counter)).toBe(model.accepts(counter));
      }),
      { numRuns: 300 },
    );
  });

  test("1024 behind is taken, 1025 is not", () => {
    const window = new ReplayWindow();
    window.accept(2000n);
    expect(accepts(window, 976n)).toBe(true);
    expect(accepts(window, 975n)).toBe(false);
  });

  test("the largest counters and jumps cost no more than small ones", () => {
    const window = new ReplayWindow();
    expect(window.accept(0n)).toBe(0);
    expect(window.accept(2n ** 64n - 1n)).toBe(Number(2n ** 64n - 2n));
    expect(accepts(window, 2n ** 64n - 1n)).toBe(false);
    expect(accepts(window, 2n ** 64n - 2n)).toBe(true);
    expect(accepts(window, 0n)).toBe(false);
  });

  test("somebody who comes late sees no gap before the first message", () => {
    const window = new ReplayWindow();
    expect([57n, 58n, 60n, 59n].map((counter) => window.accept(counter))).toEqual([0, 0, 1, 0]);
  });
});
