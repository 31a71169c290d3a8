import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contained, cropped, layoutOf } from "./layoutOf.ts";

const size = { width: 1280, height: 720 };
const person = (name: string, speaking = false) => ({ name, kind: "person" as const, speaking });
const people = (count: number) => Array.from({ length: count }, (_, index) => person(`${index}`));
const screen = { name: "screen", kind: "screen" as const, speaking: false };

describe("layoutOf", () => {
  it("is a grid of equal tiles for a few", () => {
    for (const count of [1, 2, 3, 4, 5, 9]) {
      const placed = layoutOf(people(count), size);
      expect(placed).toHaveLength(count);
      expect(new Set(placed.map(({ width, height }) => `${width} x ${height}`)).size).toBe(1);
    }
  });

  it("puts whoever speaks on the stage where there are many, and everybody who speaks in sight", () => {
    const tiles = people(30).with(20, person("first", true)).with(29, person("second", true));
    const [staged, ...strip] = layoutOf(tiles, size);
    expect(staged?.tile.name).toBe("first");
    expect(strip).toHaveLength(5);
    expect(strip.map(({ tile }) => tile.name)).toContain("second");
  });

  it("gives a shared screen the stage, whoever speaks", () => {
    const [staged, ...strip] = layoutOf([screen, ...people(12).with(11, person("loud", true))], size);
    expect(staged?.tile.name).toBe("screen");
    expect((staged?.width ?? 0) / (strip[0]?.width ?? 1)).toBeGreaterThan(3);
    expect(strip.map(({ tile }) => tile.name)).toContain("loud");
    expect(layoutOf([screen], size)[0]?.width).toBeGreaterThan(1200);
  });

  it("keeps every tile in the picture and off the others", () => {
    const tiles = fc.array(fc.record({ kind: fc.constant("person" as const), speaking: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(tiles, fc.boolean(), (persons, shared) => {
        const placed = layoutOf([...(shared ? [screen] : []), ...persons], size);
        for (const [index, a] of placed.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= size.width && a.y + a.height <= size.height).toBe(true);
          for (const b of placed.slice(index + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });
});

it("shows all of a screen, and fills a tile with the middle of a camera's picture", () => {
  expect(contained({ x: 10, y: 0, width: 400, height: 400 }, { width: 1600, height: 900 })).toEqual({
    x: 10,
    y: 87.5,
    width: 400,
    height: 225,
  });
  expect(cropped({ width: 1600, height: 900 }, { width: 300, height: 300 })).toEqual({
    x: 350,
    y: 0,
    width: 900,
    height: 900,
  });
});
