/** The room there is, and what a tile may look like. Lengths in CSS pixels. */
export interface GridSpace {
  width: number;
  height: number;
  gap: number;
  /** Narrowest and widest shape of a tile, width divided by height. Pictures are cropped to it. */
  minAspect: number;
  maxAspect: number;
  /** A tile narrower than this is of no use: the rest moves to further pages. */
  minTileWidth: number;
}

export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** Tiles on one page; pages are filled evenly, so the last one is never a lonely tile after 48 others. */
  perPage: number;
  pages: number;
}

export const maxTilesPerPage = 49;

/** The columns and rows that give `count` tiles the largest area, on as many pages as keep them recognisable. */
export function bestFitGrid(space: GridSpace, count: number): Grid {
  const wanted = Math.max(1, count);
  let fitting = Math.min(wanted, maxTilesPerPage);
  while (fitting > 1 && largestTiles(space, fitting).tileWidth < space.minTileWidth) fitting--;
  const pages = Math.ceil(wanted / fitting);
  const perPage = Math.ceil(wanted / pages);
  return { ...largestTiles(space, perPage), perPage, pages };
}

function largestTiles(space: GridSpace, count: number): Omit<Grid, "perPage" | "pages"> {
  let best = tilesIn(space, 1, count);
  for (let columns = 2; columns <= count; columns++) {
    const candidate = tilesIn(space, columns, count);
    if (candidate.tileWidth * candidate.tileHeight > best.tileWidth * best.tileHeight) best = candidate;
  }
  return best;
}

function tilesIn(space: GridSpace, columns: number, count: number): Omit<Grid, "perPage" | "pages"> {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.max(0, (space.width - space.gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (space.height - space.gap * (rows - 1)) / rows);
  return {
    columns,
    rows,
    // Whole pixels, rounded down: a row that is a fraction too wide would wrap.
    tileWidth: Math.floor(Math.min(cellWidth, cellHeight * space.maxAspect)),
    tileHeight: Math.floor(Math.min(cellHeight, cellWidth / space.minAspect)),
  };
}
