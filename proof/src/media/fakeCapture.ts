import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Pictures are made of this many blocks, each bright or dark: enough that chance explains no correlation above 0.2. */
export const columns = 32;
export const rows = 18;

const blockPixels = 20;
const framesPerSecond = 10;
const framesPerPicture = 3;
const pictureCount = 8;
const bright = 215;
const dark = 40;

const sampleRate = 48_000;
const soundSeconds = 40;
/** The sound is switched on and off at random, once per beat. */
const beatMs = 60;

/** Chromium's flags for a camera and a microphone that show and say what we know, from files made in `folder`. */
export function fakeCaptureFlags(folder: string): string[] {
  const camera = join(folder, "camera.y4m");
  const microphone = join(folder, "microphone.wav");
  writeFileSync(camera, cameraFile());
  writeFileSync(microphone, microphoneFile());
  return [`--use-file-for-fake-video-capture=${camera}`, `--use-file-for-fake-audio-capture=${microphone}`];
}

/** What the camera shows, one after the other: brightness per block. The same mosaic, moved on by a block each time. */
export function cameraPictures(): number[][] {
  const mosaic = randomBits("picture", columns * rows);
  return Array.from({ length: pictureCount }, (_, step) =>
    Array.from({ length: columns * rows }, (__, block) => {
      const column = (block + step) % columns;
      return mosaic[block - (block % columns) + column] ? bright : dark;
    }),
  );
}

function cameraFile(): Buffer {
  const width = columns * blockPixels;
  const height = rows * blockPixels;
  const grey = Buffer.alloc((width * height) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)];
  for (const picture of cameraPictures()) {
    const luma = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const block = Math.floor(y / blockPixels) * columns + Math.floor(x / blockPixels);
        luma[y * width + x] = picture[block] ?? 0;
      }
    }
    for (let repeat = 0; repeat < framesPerPicture; repeat++) parts.push(Buffer.from("FRAME\n"), luma, grey);
  }
  return Buffer.concat(parts);
}

/** A chord that is switched on and off, 16 bit mono. */
function microphoneFile(): Buffer {
  const samples = sampleRate * soundSeconds;
  const beats = randomBits("sound", Math.ceil((soundSeconds * 1000) / beatMs));
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index++) {
    const seconds = index / sampleRate;
    const isOn = beats[Math.floor((seconds * 1000) / beatMs)];
    const chord = [330, 660, 1320].reduce((sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * seconds), 0) / 3;
    file.writeInt16LE(Math.round(isOn ? 20_000 * chord : 0), 44 + index * 2);
  }
  return file;
}

/** The same for everybody who asks with the same name. */
function randomBits(name: string, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256")
      .update(`sotto proof ${name} ${Math.floor(index / 256)}`)
      .digest();
    return (((digest[(index % 256) >> 3] ?? 0) >> (index % 8)) & 1) === 1;
  });
}
