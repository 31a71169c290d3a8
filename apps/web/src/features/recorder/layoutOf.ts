/** A part of the picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Placed<Tile> extends Rectangle {
  readonly tile: Tile;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** As much of a tile as the layout looks at. */
interface Placeable {
  readonly kind: "person" | "screen";
  readonly speaking: boolean;
}

const gap = 8;
const cameraRatio = 16 / 9;
/** More people than this are too small to recognize: then who speaks is large, and the others are beside. */
const maxGridTiles = 9;
const maxStripTiles = 5;
const stripShare = 0.2;

/**
 * Where each tile stands. A shared screen, or in a large meeting whoever speaks, takes the stage with a few others beside
 * it; else all are of one size in a grid. Whoever speaks is always among those that are there.
 */
export function layoutOf<Tile extends Placeable>(tiles: readonly Tile[], size: Size): Placed<Tile>[] {
  const [first] = tiles;
  if (first === undefined) return [];
  const isScreen = first.kind === "screen";
  if (!isScreen && tiles.length <= maxGridTiles) return grid(tiles, size);
  const staged = isScreen ? first : (tiles.find(({ speaking }) => speaking) ?? first);
  const others = tiles.filter((tile) => tile !== staged);
  const speakersFirst = [...others.filter(({ speaking }) => speaking), ...others.filter(({ speaking }) => !speaking)];
  const shown = new Set(speakersFirst.slice(0, maxStripTiles));
  return stage(
    staged,
    others.filter((tile) => shown.has(tile)),
    size,
  );
}

function grid<Tile>(tiles: readonly Tile[], { width, height }: Size): Placed<Tile>[] {
  const columns = Math.ceil(Math.sqrt(tiles.length));
  const rows = Math.ceil(tiles.length / columns);
  const tileWidth = (width - gap * (columns + 1)) / columns;
  // Never higher than a camera's picture, of which a face would be cut off.
  const tileHeight = Math.min((height - gap * (rows + 1)) / rows, tileWidth / cameraRatio);
  const top = (height - rows * tileHeight - (rows - 1) * gap) / 2;
  return tiles.map((tile, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, tiles.length - row * columns);
    // The last row, where it is not full, is in the middle.
    const indent = ((columns - inRow) * (tileWidth + gap)) / 2;
    return rounded({
      tile,
      x: gap + indent + (index % columns) * (tileWidth + gap),
      y: top + row * (tileHeight + gap),
      width: tileWidth,
      height: tileHeight,
    });
  });
}

function stage<Tile>(staged: Tile, strip: readonly Tile[], { width, height }: Size): Placed<Tile>[] {
  const stripWidth = strip.length === 0 ? 0 : width * stripShare;
  const stripTile = { width: stripWidth - gap, height: (height - gap * (maxStripTiles + 1)) / maxStripTiles };
  const large = { tile: staged, x: gap, y: gap, width: width - stripWidth - 2 * gap, height: height - 2 * gap };
  const beside = strip.map((tile, index) => ({
    tile,
    x: width - stripWidth,
    y: gap + index * (stripTile.height + gap),
    ...stripTile,
  }));
  return [large, ...beside].map(rounded);
}

function rounded<Tile>({ tile, x, y, width, height }: Placed<Tile>): Placed<Tile> {
  return { tile, x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

/** The largest part of `frame` with the proportions of a picture: all of the picture is in it. */
export function contained({ x, y, width, height }: Rectangle, picture: Size): Rectangle {
  const scale = Math.min(width / picture.width, height / picture.height);
  const size = { width: picture.width * scale, height: picture.height * scale };
  return { x: x + (width - size.width) / 2, y: y + (height - size.height) / 2, ...size };
}

/** The part of a picture that fills a frame of these proportions: its middle. */
export function cropped(picture: Size, frame: Size): Rectangle {
  const scale = Math.min(picture.width / frame.width, picture.height / frame.height);
  const size = { width: frame.width * scale, height: frame.height * scale };
  return { x: (picture.width - size.width) / 2, y: (picture.height - size.height) / 2, ...size };
}
