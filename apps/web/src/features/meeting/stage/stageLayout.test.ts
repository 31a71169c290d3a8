import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stageLayout, type TileRect } from "./stageLayout.ts";

const sizes = fc.record({ width: fc.integer({ min: 280, max: 3840 }), height: fc.integer({ min: 240, max: 2160 }) });
const counts = fc.integer({ min: 1, max: 200 });

function overlaps(a: TileRect, b: TileRect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("stageLayout", () => {
  it("keeps every tile on the stage, without overlaps, and shows everybody on exactly one page", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom("grid" as const, "spotlight" as const), counts, (space, mode, count) => {
        const seen: number[] = [];
        const { pages } = stageLayout(space, mode, count);
        for (let page = 0; page < pages; page++) {
          const { placed } = stageLayout(space, mode, count, page);
          for (const { index, rect } of placed) {
            seen.push(index);
            expect(rect.x).toBeGreaterThanOrEqual(0);
            expect(rect.y).toBeGreaterThanOrEqual(0);
            expect(rect.x + rect.width).toBeLessThanOrEqual(space.width);
            expect(rect.y + rect.height).toBeLessThanOrEqual(space.height);
          }
          expect(placed.some((a) => placed.some((b) => a.index < b.index && overlaps(a.rect, b.rect)))).toBe(false);
        }
        const once = mode === "spotlight" ? seen.filter((index) => index > 0) : seen;
        expect(once).toEqual(Array.from({ length: once.length }, (_, i) => i + (mode === "spotlight" ? 1 : 0)));
        expect(new Set(seen).size).toBe(count);
      }),
      { numRuns: 60 },
    );
  });

  it("centres an incomplete last row", () => {
    const { placed } = stageLayout({ width: 1130, height: 640 }, "grid", 3);
    const [left, right, last] = placed.map(({ rect }) => rect);
    expect(placed).toHaveLength(3);
    expect(left?.y).toBe(right?.y);
    expect((last?.x ?? 0) + (last?.width ?? 0) / 2).toBeCloseTo(1130 / 2, -1);
  });

  it("shows a shared screen large, with the filmstrip beside it on a desk and below it on a phone", () => {
    const desk = stageLayout({ width: 1280, height: 640 }, "spotlight", 4).placed.map(({ rect }) => rect);
    expect(desk[0]?.width).toBeGreaterThan(1000);
    expect(desk[1]?.x).toBeGreaterThan(desk[0]?.width ?? Infinity);
    const phone = stageLayout({ width: 374, height: 640 }, "spotlight", 4).placed.map(({ rect }) => rect);
    expect(phone[0]?.width).toBe(374);
    expect(phone[1]?.y).toBeGreaterThan(phone[0]?.height ?? Infinity);
  });

  it("floats the second of two people in the corner of the first", () => {
    for (const space of [
      { width: 1280, height: 640 },
      { width: 374, height: 700 },
    ]) {
      const [large, small] = stageLayout(space, "pair", 2).placed.map(({ rect }) => rect);
      expect(large!.width * large!.height).toBeGreaterThan(6 * small!.width * small!.height);
      expect(small!.x + small!.width).toBeLessThan(space.width);
    }
  });

  it("falls back to the last page", () => {
    const space = { width: 374, height: 640 };
    const { pages } = stageLayout(space, "grid", 40);
    expect(pages).toBeGreaterThan(1);
    expect(stageLayout(space, "grid", 40, 99)).toMatchObject({ page: pages - 1 });
    expect(stageLayout(space, "grid", 2, 99)).toMatchObject({ page: 0, pages: 1 });
  });
});
