import type { PlayableMedia } from "@sotto/client";
import { contained, cropped, layoutOf, type Placed } from "./layoutOf.ts";
import type { RecordedTile, Scene } from "./Scene.ts";

export interface CompositionWords {
  readonly notRecorded: string;
  readonly alone: string;
  screenOf(name: string): string;
}

interface CompositionOptions {
  /** Where the elements are that the pictures come from: in the page, or the SFU would not send them. */
  readonly container: HTMLElement;
  readonly size: { readonly width: number; readonly height: number };
  readonly framesPerSecond: number;
  readonly words: CompositionWords;
}

const colours = { ground: "#0b110f", tile: "#1a2421", avatar: "#2d3a35", ink: "#eef4f1", soft: "#b3c1ba" };
const shade = "rgb(6 12 10 / 66%)";
const voice = "#ffb169";
const font = '"Figtree Variable", system-ui, sans-serif';
const radius = 10;
const smallHeight = 220;

/**
 * The picture of a recording, painted on a canvas that is in no page: the browser decodes, scales and encodes once, and never
 * composes a page that nobody looks at.
 */
export class Composition implements Disposable {
  readonly track: CanvasCaptureMediaStreamTrack;
  readonly #options: CompositionOptions;
  readonly #canvas = document.createElement("canvas");
  readonly #paint: CanvasRenderingContext2D;
  readonly #videos = new Map<PlayableMedia, HTMLVideoElement>();
  readonly #timer: ReturnType<typeof setInterval>;
  #placed: Placed<RecordedTile>[] = [];

  constructor(options: CompositionOptions) {
    this.#options = options;
    Object.assign(this.#canvas, options.size);
    const paint = this.#canvas.getContext("2d", { alpha: false });
    if (!paint) throw new Error("there is no canvas to paint on");
    this.#paint = paint;
    const [track] = this.#canvas.captureStream(0).getVideoTracks();
    this.track = track as CanvasCaptureMediaStreamTrack;
    this.#timer = setInterval(() => this.#draw(), 1000 / options.framesPerSecond);
  }

  /** Paints this from now on. */
  show({ tiles }: Scene): void {
    this.#placed = layoutOf(tiles, this.#options.size);
    const wanted = new Map(
      this.#placed.flatMap((placed) => (placed.tile.picture ? [[placed.tile.picture, placed]] : [])),
    );
    for (const [media, video] of this.#videos) {
      if (wanted.has(media)) continue;
      media.detach(video);
      video.remove();
      this.#videos.delete(media);
    }
    // The SFU sends as many pixels as the element takes up.
    for (const [media, { x, y, width, height }] of wanted) {
      const { style } = this.#videos.get(media) ?? this.#open(media);
      Object.assign(style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.show({ tiles: [], sounds: [] });
    this.track.stop();
  }

  #open(media: PlayableMedia): HTMLVideoElement {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, autoplay: true });
    this.#options.container.append(video);
    media.attach(video);
    this.#videos.set(media, video);
    return video;
  }

  #draw(): void {
    const paint = this.#paint;
    const { width, height } = this.#options.size;
    paint.fillStyle = colours.ground;
    paint.fillRect(0, 0, width, height);
    for (const placed of this.#placed) this.#drawTile(placed);
    if (this.#placed.length === 0) this.#write(this.#options.words.alone, width / 2, height / 2, 28, colours.soft);
    this.track.requestFrame();
  }

  #drawTile(placed: Placed<RecordedTile>): void {
    const { tile, x, y, width, height } = placed;
    const paint = this.#paint;
    paint.save();
    paint.beginPath();
    paint.roundRect(x, y, width, height, radius);
    paint.fillStyle = colours.tile;
    paint.fill();
    paint.clip();
    const video = tile.picture && this.#videos.get(tile.picture);
    const picture = video && video.videoWidth > 0 && { width: video.videoWidth, height: video.videoHeight };
    if (!video || !picture) this.#drawAvatar(placed);
    else if (tile.kind === "screen") {
      const { x: left, y: top, ...size } = contained(placed, picture);
      paint.drawImage(video, left, top, size.width, size.height);
    } else {
      const from = cropped(picture, placed);
      paint.drawImage(video, from.x, from.y, from.width, from.height, x, y, width, height);
    }
    this.#drawName(placed);
    paint.restore();
    if (!tile.speaking) return;
    paint.strokeStyle = voice;
    paint.lineWidth = 3;
    paint.beginPath();
    paint.roundRect(x + 1.5, y + 1.5, width - 3, height - 3, radius);
    paint.stroke();
  }

  #drawAvatar({ tile, x, y, width, height }: Placed<RecordedTile>): void {
    const paint = this.#paint;
    const size = Math.min(width, height) * 0.42;
    paint.fillStyle = colours.avatar;
    paint.beginPath();
    paint.arc(x + width / 2, y + height / 2, size / 2, 0, 2 * Math.PI);
    paint.fill();
    const [initial = ""] = tile.name.trim();
    const ink = tile.agreed ? colours.ink : colours.soft;
    this.#write(initial.toLocaleUpperCase(), x + width / 2, y + height / 2, size * 0.44, ink);
    if (tile.agreed) return;
    // Below it in a small tile is the name.
    const at = height < smallHeight ? y + 20 : y + height / 2 + size / 2 + 18;
    this.#write(this.#options.words.notRecorded, x + width / 2, at, Math.min(18, width / 14), colours.soft);
  }

  #drawName({ tile, x, y, width, height }: Placed<RecordedTile>): void {
    const paint = this.#paint;
    const pixels = Math.max(13, Math.min(20, Math.round(height / 16)));
    paint.font = `560 ${pixels}px ${font}`;
    const name = shortened(tile.kind === "screen" ? this.#options.words.screenOf(tile.name) : tile.name, (text) => {
      return paint.measureText(text).width <= width - 40;
    });
    const plate = { width: paint.measureText(name).width + 20, height: pixels + 12 };
    paint.fillStyle = shade;
    paint.beginPath();
    paint.roundRect(x + 8, y + height - plate.height - 8, plate.width, plate.height, 6);
    paint.fill();
    paint.fillStyle = colours.ink;
    paint.textAlign = "left";
    paint.textBaseline = "middle";
    paint.fillText(name, x + 18, y + height - plate.height / 2 - 7);
  }

  #write(text: string, x: number, y: number, pixels: number, colour: string): void {
    const paint = this.#paint;
    paint.font = `560 ${pixels}px ${font}`;
    paint.fillStyle = colour;
    paint.textAlign = "center";
    paint.textBaseline = "middle";
    paint.fillText(text, x, y);
  }
}

/** As much of the text as fits. */
function shortened(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  while (letters.length > 1 && !fits(`${letters.join("")}…`)) letters.pop();
  return `${letters.join("")}…`;
}
