import { expect, test } from "vitest";
import { fit, gridOf } from "./gridOf.ts";

test.each([1, 2, 3, 4, 7, 30])("%i pictures lie beside and below each other inside of the canvas", (count) => {
  const cells = gridOf(count, 1280, 720);
  expect(cells).toHaveLength(count);
  for (const [index, cell] of cells.entries()) {
    expect(cell.x + cell.width).toBeLessThanOrEqual(1280.001);
    expect(cell.y + cell.height).toBeLessThanOrEqual(720.001);
    for (const other of cells.slice(index + 1)) {
      const apart = other.x >= cell.x + cell.width - 0.001 || other.y >= cell.y + cell.height - 0.001;
      expect(apart || other.x + other.width <= cell.x + 0.001).toBe(true);
    }
  }
});

test("a picture keeps its shape, in the middle of its cell", () => {
  const cell = { x: 100, y: 0, width: 640, height: 360 };
  expect(fit(cell, 320, 240)).toEqual({ x: 180, y: 0, width: 480, height: 360 });
  expect(fit(cell, 1920, 540)).toEqual({ x: 100, y: 90, width: 640, height: 180 });
});
