import { bestFitGrid } from "./bestFitGrid.ts";

/**
 * - `grid`: tiles of one size.
 * - `pair`: the first tile fills the stage, the second floats in its corner.
 * - `spotlight`: the first tile large, the others in a filmstrip.
 */
export type StageMode = "grid" | "pair" | "spotlight";

/** In CSS pixels, from the top left corner of the stage. */
export interface TileRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface StageLayout {
  /** Which tiles are on this page, by their index, and where. */
  placed: { index: number; rect: TileRect }[];
  page: number;
  pages: number;
}

interface Size {
  width: number;
  height: number;
}

const compactWidth = 600;
const widestTile = 16 / 9;

/** Places `count` tiles. A page beyond the last one is the last one: people leave while somebody looks at it. */
export function stageLayout(space: Size, mode: StageMode, count: number, wantedPage = 0): StageLayout {
  if (mode === "pair") return pairLayout(space);
  return mode === "grid" ? gridLayout(space, count, wantedPage) : spotlightLayout(space, count, wantedPage);
}

function isCompact(space: Size): boolean {
  return space.width < compactWidth;
}

function gapOf(space: Size): number {
  return isCompact(space) ? 6 : 10;
}

function gridLayout(space: Size, count: number, wantedPage: number): StageLayout {
  const gap = gapOf(space);
  const compact = isCompact(space);
  // On a phone, somebody alone fills the screen; two columns of people are portraits.
  const narrowestTile = count === 1 ? 1 / 2 : 3 / 4;
  const shape = compact
    ? { minAspect: narrowestTile, maxAspect: widestTile, minTileWidth: 140 }
    : { minAspect: 4 / 3, maxAspect: widestTile, minTileWidth: 168 };
  const { columns, tileWidth, tileHeight, perPage, pages } = bestFitGrid({ ...space, gap, ...shape }, count);
  const page = Math.min(wantedPage, pages - 1);
  const first = page * perPage;
  const shown = Math.min(perPage, count - first);
  const rows = Math.ceil(shown / columns);
  const top = centred(space.height, rows, tileHeight, gap);
  const placed = Array.from({ length: shown }, (_, position) => {
    const row = Math.floor(position / columns);
    const inRow = Math.min(columns, shown - row * columns);
    const x = centred(space.width, inRow, tileWidth, gap) + (position % columns) * (tileWidth + gap);
    return {
      index: first + position,
      rect: { x, y: top + row * (tileHeight + gap), width: tileWidth, height: tileHeight },
    };
  });
  return { placed, page, pages };
}

function pairLayout(space: Size): StageLayout {
  const portrait = space.height > space.width;
  const large = fitted(space, portrait ? 1 / 2 : 4 / 3, widestTile);
  const width = Math.round(Math.min(Math.max(space.width * (portrait ? 0.3 : 0.2), 104), 264, space.width / 2));
  const height = Math.round(portrait ? (width * 4) / 3 : width / widestTile);
  const inset = isCompact(space) ? 10 : 16;
  const small = { x: space.width - width - inset, y: space.height - height - inset, width, height };
  return {
    placed: [
      { index: 0, rect: large },
      { index: 1, rect: small },
    ],
    page: 0,
    pages: 1,
  };
}

function spotlightLayout(space: Size, count: number, wantedPage: number): StageLayout {
  const others = count - 1;
  if (others === 0) return { placed: [{ index: 0, rect: { x: 0, y: 0, ...space } }], page: 0, pages: 1 };
  const gap = gapOf(space);
  const beside = space.width > space.height * 1.2;
  const small = stripTile(space, beside);
  const length = beside ? space.height : space.width;
  const step = (beside ? small.height : small.width) + gap;
  const capacity = Math.max(1, Math.floor((length + gap) / step));
  const pages = Math.ceil(others / capacity);
  const page = Math.min(wantedPage, pages - 1);
  const first = page * capacity;
  const shown = Math.min(capacity, others - first);
  const start = centred(length, shown, step - gap, gap);
  const strip = Array.from({ length: shown }, (_, position) => {
    const along = start + position * step;
    const corner = beside ? { x: space.width - small.width, y: along } : { x: along, y: space.height - small.height };
    return { index: 1 + first + position, rect: { ...corner, ...small } };
  });
  const large = beside
    ? { x: 0, y: 0, width: Math.max(0, space.width - small.width - gap), height: space.height }
    : { x: 0, y: 0, width: space.width, height: Math.max(0, space.height - small.height - gap) };
  return { placed: [{ index: 0, rect: large }, ...strip], page, pages };
}

function stripTile(space: Size, beside: boolean): Size {
  if (!beside) {
    const third = Math.floor((space.width - 2 * gapOf(space)) / 3);
    const width = Math.min(Math.max(third, 88), 180);
    return { width, height: Math.round(width * 0.75) };
  }
  const width = Math.round(Math.min(Math.max(space.width * 0.18, 140), 248));
  return { width, height: Math.round(width / widestTile) };
}

/** Where a centred line of `count` tiles begins. */
function centred(length: number, count: number, tile: number, gap: number): number {
  return Math.max(0, Math.floor((length - count * tile - (count - 1) * gap) / 2));
}

/** The largest centred rectangle of an allowed shape. */
function fitted(space: Size, minAspect: number, maxAspect: number): TileRect {
  const width = Math.floor(Math.min(space.width, space.height * maxAspect));
  const height = Math.floor(Math.min(space.height, space.width / minAspect));
  return { x: Math.floor((space.width - width) / 2), y: Math.floor((space.height - height) / 2), width, height };
}
