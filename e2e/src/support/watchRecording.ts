import { execFileSync, spawnSync } from "node:child_process";

export interface RecordedStreams {
  codecs: string[];
  seconds: number;
  /** What ffmpeg says while it decodes everything. */
  complaints: string;
}

/** What takes the pictures knows 25 moments a second, and Chromium's are not exactly there. */
const ofTheMuxer = /non monotonically increasing dts to muxer|Last message repeated/;

export function streamsOf(file: string): RecordedStreams {
  const args = ["-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "json", file];
  const { streams, format } = JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8" })) as {
    streams: { codec_name: string }[];
    format: { duration: string };
  };
  const decode = ["-v", "error", "-i", file, "-fps_mode", "passthrough", "-f", "null", "-"];
  const { stderr } = spawnSync("ffmpeg", decode, { encoding: "utf8" });
  const complaints = stderr
    .split("\n")
    .filter((line) => line !== "" && !ofTheMuxer.test(line))
    .join("\n");
  return { codecs: streams.map((stream) => stream.codec_name), seconds: Number(format.duration), complaints };
}

const grid = { width: 64, height: 36 };
const bytesPerPixel = 3;
const framesPerSecond = 2;
/** Each in 0 to 360; what is greyer than this has no hue. */
const minSaturation = 0.45;
const hueTolerance = 18;

/** In how many of the pictures, two a second, at least a twelfth is of each hue. */
export function picturesWithHue(file: string, hues: readonly number[]): { pictures: number; withHue: number[] } {
  const filters = `fps=${framesPerSecond},scale=${grid.width}:${grid.height}`;
  const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
  const pixels = execFileSync("ffmpeg", ["-v", "error", "-i", file, "-vf", filters, ...raw], { maxBuffer: 256e6 });
  const pictureBytes = grid.width * grid.height * bytesPerPixel;
  const pictures = Math.floor(pixels.length / pictureBytes);
  const withHue = hues.map(() => 0);
  for (let picture = 0; picture < pictures; picture++) {
    const found = hues.map(() => 0);
    for (let at = picture * pictureBytes; at < (picture + 1) * pictureBytes; at += bytesPerPixel) {
      const hue = hueOf(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
      for (const [index, wanted] of hues.entries()) {
        if (hue === null) continue;
        const apart = Math.abs(((hue - wanted + 540) % 360) - 180);
        if (apart < hueTolerance) found[index] = (found[index] ?? 0) + 1;
      }
    }
    for (const [index, count] of found.entries())
      if (count > (grid.width * grid.height) / 12) withHue[index] = (withHue[index] ?? 0) + 1;
  }
  return { pictures, withHue };
}

function hueOf(red: number, green: number, blue: number): number | null {
  const max = Math.max(red, green, blue);
  const range = max - Math.min(red, green, blue);
  if (max < 60 || range / max < minSaturation) return null;
  if (max === red) return (60 * ((green - blue) / range) + 360) % 360;
  return max === green ? 60 * ((blue - red) / range) + 120 : 60 * ((red - green) / range) + 240;
}

const samplesPerSecond = 16_000;

/** Long enough to tell the tones apart, short enough that sound which was stretched a little still is one tone. */
const windowSamples = samplesPerSecond / 4;
const hann = Array.from({ length: windowSamples }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / windowSamples));
const hannSum = hann.reduce((sum, weight) => sum + weight, 0);

/** How much of the power of the file's sound each tone is, from second `from` to second `to`. */
export function tonesIn(file: string, hertz: readonly number[], { from, to }: { from: number; to: number }): number[] {
  const part = ["-ss", String(from), "-t", String(to - from)];
  const raw = ["-vn", "-ac", "1", "-ar", String(samplesPerSecond), "-f", "f32le", "pipe:1"];
  const bytes = execFileSync("ffmpeg", ["-v", "error", "-i", file, ...part, ...raw], { maxBuffer: 256e6 });
  const count = Math.floor(bytes.length / 4);
  const samples = Float32Array.from({ length: count }, (_, at) => bytes.readFloatLE(4 * at));
  const whole = samples.reduce((sum, sample) => sum + sample * sample, 0) / count;
  const windows = Array.from({ length: Math.floor(count / windowSamples) }, (_, at) =>
    samples.subarray(at * windowSamples, (at + 1) * windowSamples),
  );
  return hertz.map((tone) => {
    const power = windows.reduce((sum, window) => sum + powerAt(window, tone), 0) / windows.length;
    return power / whole;
  });
}

/** Goertzel's algorithm over one window: the mean power of that tone in it. */
function powerAt(window: Float32Array, hertz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / samplesPerSecond);
  let previous = 0;
  let before = 0;
  for (const [at, sample] of window.entries()) {
    const current = sample * (hann[at] ?? 0) + coefficient * previous - before;
    before = previous;
    previous = current;
  }
  const magnitude = previous * previous + before * before - coefficient * previous * before;
  return (2 * magnitude) / (hannSum * hannSum);
}
