import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** "Go forward ten meters", 16 kHz mono: of Debian's pocketsphinx-testdata. */
const recorded = "/usr/share/pocketsphinx/test/data/goforward.raw";
const bytesPerSecond = 16_000 * 2;

/** Whether this machine has the speech and what understands it. */
export const hasSpeech = existsSync(recorded);

/** Has a Chromium's fake microphone say "go forward ten meters" again and again, with pauses. Gives the flag for it. */
export function fakeSpeech(folder: string): string {
  const sound = Buffer.concat([Buffer.alloc(bytesPerSecond), readFileSync(recorded), Buffer.alloc(2 * bytesPerSecond)]);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + sound.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE(bytesPerSecond, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(sound.length, 40);
  const path = join(folder, "speech.wav");
  writeFileSync(path, Buffer.concat([header, sound]));
  return `--use-file-for-fake-audio-capture=${path}`;
}
