import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestFitGrid, maxTilesPerPage, type GridSpace } from "./bestFitGrid.ts";

const desktop: GridSpace = { width: 1280, height: 640, gap: 8, minAspect: 4 / 3, maxAspect: 16 / 9, minTileWidth: 150 };
const phone: GridSpace = { width: 374, height: 640, gap: 8, minAspect: 3 / 4, maxAspect: 16 / 9, minTileWidth: 140 };

describe("bestFitGrid", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [9, 3, 3],
    [16, 4, 4],
    [25, 5, 5],
    [49, 7, 7],
  ])("a wide stage shows %i people in %i columns and %i rows", (count, columns, rows) => {
    const space = { ...desktop, width: 1138 };
    expect(bestFitGrid(space, count)).toMatchObject({ columns, rows, pages: 1, perPage: count });
  });

  it.each([
    [2, 1],
    [4, 2],
    [6, 2],
    [8, 2],
  ])("a phone shows %i people in %i columns", (count, columns) => {
    expect(bestFitGrid(phone, count)).toMatchObject({ columns, pages: 1 });
  });

  it("moves people to further pages instead of making tiles too small, and fills pages evenly", () => {
    const grid = bestFitGrid(phone, 25);
    expect(grid.tileWidth).toBeGreaterThanOrEqual(phone.minTileWidth);
    expect(grid.pages).toBeGreaterThan(1);
    expect(grid.perPage).toBe(Math.ceil(25 / grid.pages));
    expect(bestFitGrid({ ...desktop, width: 4000, height: 2200 }, 50)).toMatchObject({ perPage: 25, pages: 2 });
  });

  it("gives one tile in a space that is too small for anything, and survives an empty one", () => {
    expect(bestFitGrid({ ...phone, width: 100, height: 60 }, 4)).toMatchObject({ perPage: 1, pages: 4 });
    expect(bestFitGrid({ ...phone, width: 0, height: 0 }, 4)).toMatchObject({ tileWidth: 0, tileHeight: 0 });
  });

  it("never overflows, keeps every tile in its allowed shape and leaves nobody out", () => {
    const spaces = fc.record({
      width: fc.integer({ min: 200, max: 4000 }),
      height: fc.integer({ min: 200, max: 2500 }),
      gap: fc.integer({ min: 0, max: 24 }),
    });
    fc.assert(
      fc.property(spaces, fc.integer({ min: 1, max: 300 }), (size, count) => {
        const grid = bestFitGrid({ ...desktop, ...size }, count);
        expect(grid.columns * grid.tileWidth + (grid.columns - 1) * size.gap).toBeLessThanOrEqual(size.width);
        expect(grid.rows * grid.tileHeight + (grid.rows - 1) * size.gap).toBeLessThanOrEqual(size.height);
        expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(grid.perPage);
        expect(grid.perPage).toBeLessThanOrEqual(maxTilesPerPage);
        expect(grid.perPage * grid.pages).toBeGreaterThanOrEqual(count);
        // One pixel of rounding either way.
        expect(grid.tileWidth - 1).toBeLessThanOrEqual((grid.tileHeight + 1) * desktop.maxAspect);
        expect(grid.tileWidth + 1).toBeGreaterThanOrEqual((grid.tileHeight - 1) * desktop.minAspect);
      }),
    );
  });
});
