import { writeFileSync } from "node:fs";
import { join } from "node:path";

const width = 320;
const height = 180;
const frames = 20;
const framesPerSecond = 10;

/**
 * Chromium's flag for a camera whose small pictures four people can encode and decode by software on two cores: a bright
 * bar that wanders over a dark ground. The file is written to `folder`.
 */
export function smallCamera(folder: string): string {
  const path = join(folder, "camera.y4m");
  const colour = Buffer.alloc((width * height) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const brightness = Buffer.alloc(width * height, 40);
    const barAt = (frame * width) / frames;
    for (let y = 0; y < height; y++) brightness.fill(220, y * width + barAt, y * width + barAt + width / frames);
    parts.push(Buffer.from("FRAME\n"), brightness, colour);
  }
  writeFileSync(path, Buffer.concat(parts));
  return `--use-file-for-fake-video-capture=${path}`;
}
