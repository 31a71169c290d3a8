/** Where one picture goes, in pixels of the canvas. */
export interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Cells of equal size for `count` pictures, as large as they can be, row by row. */
export function gridOf(count: number, width: number, height: number): Cell[] {
  if (count === 0) return [];
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const cell = { width: width / columns, height: height / rows };
  return Array.from({ length: count }, (_, index) => ({
    ...cell,
    x: (index % columns) * cell.width,
    y: Math.floor(index / columns) * cell.height,
  }));
}

/** The largest place inside of a cell that keeps a picture's shape. */
export function fit(cell: Cell, pictureWidth: number, pictureHeight: number): Cell {
  const scale = Math.min(cell.width / pictureWidth, cell.height / pictureHeight);
  const width = pictureWidth * scale;
  const height = pictureHeight * scale;
  return { x: cell.x + (cell.width - width) / 2, y: cell.y + (cell.height - height) / 2, width, height };
}
