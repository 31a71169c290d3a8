import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultRoomFeatures, type StoredRecording } from "@sotto/protocol";
import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ChunkFile } from "./ChunkFile.ts";
import { finishRecording } from "./finishRecording.ts";
import { recordedCodec, type RecordedCodec } from "./mp4Options.ts";
import { refuseForbidden } from "./refuseForbidden.ts";
import { SealedWriter } from "./SealedWriter.ts";
import { Unfinished } from "./Unfinished.ts";

let dir: string;
/** Ten seconds as Chromium records them: H.264 with a key frame every two seconds and Opus, streamed without an end. */
let recorded: Buffer;
let recordedVp8: Buffer;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-recordings-"));
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=10"];
  const sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=10"];
  const make = (...codec: string[]) =>
    execFileSync(
      "ffmpeg",
      [
        "-loglevel",
        "error",
        ...picture,
        ...sound,
        ...codec,
        "-g",
        "50",
        "-c:a",
        "libopus",
        "-f",
        "matroska",
        "-live",
        "1",
        "pipe:1",
      ],
      { maxBuffer: 64e6 },
    );
  recorded = make("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-pix_fmt", "yuv420p");
  recordedVp8 = make("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const chunkBytes = 50_000;
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

const session = { sessionId: "A".repeat(22), roomId: "room" };
function begin(codec: RecordedCodec, sealed = false, startedAt = Date.now()): Promise<Unfinished> {
  return Unfinished.begin(dir, { recordingId: randomUUID(), ...session, startedAt, codec, sealed });
}
async function finish(unfinished: Unfinished, stored: StoredRecording[] = []) {
  const options = { dir, ffmpeg: "ffmpeg", stored: async (each: StoredRecording) => void stored.push(each) };
  return finishRecording(unfinished, options);
}
/** What ffprobe says: codecs, and seconds; and whether every frame decodes. */
function probe(file: string) {
  const args = ["-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "json", file];
  const { streams, format } = JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8" })) as {
    streams: { codec_name: string }[];
    format: { duration: string };
  };
  const decode = ["-v", "error", "-i", file, "-fps_mode", "passthrough", "-f", "null", "-"];
  const { stderr: complaints } = spawnSync("ffmpeg", decode, { encoding: "utf8" });
  return { codecs: streams.map(({ codec_name }) => codec_name), seconds: Number(format.duration), complaints };
}

function framesOf(file: string): number {
  const args = ["-v", "quiet", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"];
  return Number(execFileSync("ffprobe", [...args, "-of", "csv=p=0", file], { encoding: "utf8" }).trim());
}

it("a recording becomes an MP4 that plays everywhere, whose index comes first, and nothing else is left", async () => {
  expect(recordedCodec(recorded)).toBe("h264");
  const unfinished = await begin("h264");
  const file = await ChunkFile.create(unfinished.recordedPath);
  for (const chunk of chunksOf(recorded)) void file.append(chunk);
  await file.close();
  const stored: StoredRecording[] = [];
  const made = await finish(unfinished, stored);
  expect(stored).toEqual([{ ...made, ...session, startedAt: unfinished.note.startedAt }]);

  const path = join(dir, made.fileName);
  expect(probe(path)).toMatchObject({ codecs: ["h264", "aac"], complaints: "" });
  expect(Math.abs(probe(path).seconds - 10)).toBeLessThan(0.2);
  expect(Math.abs(made.durationMs - 10_000)).toBeLessThan(200);
  const bytes = readFileSync(path);
  expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dir, "unfinished"))).toEqual([]);
});

it("what was cut off in the middle plays up to there", async () => {
  const unfinished = await begin("h264");
  await writeFile(unfinished.recordedPath, recorded.subarray(0, Math.floor(recorded.length * 0.6)));
  const { fileName, durationMs } = await finish(unfinished);
  const { seconds, codecs } = probe(join(dir, fileName));
  expect(codecs).toEqual(["h264", "aac"]);
  expect(seconds).toBeGreaterThan(4.5);
  expect(Math.abs(durationMs / 1000 - seconds)).toBeLessThan(0.5);
});

it("of a Chromium without H.264 the picture is encoded anew", async () => {
  expect(recordedCodec(recordedVp8)).toBe("vp8");
  const unfinished = await begin("vp8");
  await writeFile(unfinished.recordedPath, recordedVp8);
  const { fileName } = await finish(unfinished);
  expect(probe(join(dir, fileName))).toMatchObject({ codecs: ["h264", "aac"], complaints: "" });
});

it("what nobody keeps fresh is found, and what somebody works on is not; a failure leaves it there", async () => {
  const left = await begin("h264");
  await writeFile(left.recordedPath, recorded);
  expect(await Unfinished.findLeft(dir, Date.now())).toEqual([]);
  left[Symbol.dispose]();
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(dir, "unfinished", left.note.recordingId, "note.json"), longAgo, longAgo);

  const [found] = await Unfinished.findLeft(dir, Date.now());
  expect(found?.note).toEqual(left.note);
  if (found === undefined) return;
  const unheard = { dir, ffmpeg: "ffmpeg", stored: () => Promise.reject(new Error("nobody answers")) };
  await expect(finishRecording(found, unheard)).rejects.toThrow("nobody answers");
  // Two at the same time do the same.
  const stored: StoredRecording[] = [];
  const [first, second] = await Promise.allSettled([finish(found, stored), finish(found, stored)]);
  expect([first?.status, second?.status]).toContain("fulfilled");
  expect(new Set(stored.map(({ fileName }) => fileName)).size).toBe(1);
  expect(probe(join(dir, `${left.note.recordingId}.mp4`)).codecs).toEqual(["h264", "aac"]);
});

it("for an owner's key, nothing is ever on disk in clear, and with the key it plays, also when it was cut off", async () => {
  const identity = await generateX25519Identity();
  const unfinished = await begin("h264", true, Date.now() - 10_000);
  const writer = await SealedWriter.create(
    unfinished.recordedPath,
    await identityToRecipient(identity),
    "ffmpeg",
    "h264",
  );
  for (const chunk of chunksOf(recorded)) await writer.append(chunk);
  await writer.close();
  const files = readdirSync(join(dir, "unfinished", unfinished.note.recordingId));
  expect(files.toSorted()).toEqual(["note.json", "recorded.mp4.age"]);
  const { fileName } = await finish(unfinished);
  expect(fileName).toMatch(/\.mp4\.age$/);
  const sealed = readFileSync(join(dir, fileName));
  expect(sealed.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
  for (const inClear of ["ftyp", "moof", "mdat", "avc1", "mp4a"]) expect(sealed.includes(inClear)).toBe(false);

  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const whole = join(dir, "whole.mp4");
  await writeFile(whole, await decrypter.decrypt(sealed));
  expect(probe(whole)).toMatchObject({ codecs: ["h264", "aac"], complaints: "" });
  expect(Math.abs(probe(whole).seconds - 10)).toBeLessThan(0.2);

  const parts: Uint8Array[] = [];
  const cutOff = new Blob([sealed.subarray(0, Math.floor(sealed.length * 0.6))]).stream();
  await expect(
    (async () => {
      for await (const part of await decrypter.decrypt(cutOff)) parts.push(part);
    })(),
  ).rejects.toThrow();
  const cut = join(dir, "cut.mp4");
  await writeFile(cut, Buffer.concat(parts));
  expect(framesOf(cut)).toBeGreaterThan(75);

  const stranger = new Decrypter();
  stranger.addIdentity(await generateX25519Identity());
  await expect(stranger.decrypt(sealed)).rejects.toThrow();
});

it("a recorder refuses by itself what a room's features forbid", () => {
  const features = structuredClone(defaultRoomFeatures);
  expect(() => refuseForbidden({ features })).not.toThrow();
  features.recording_features.is_allow_cloud = false;
  expect(() => refuseForbidden({ features })).toThrow("not to be recorded");
  const locked = structuredClone(defaultRoomFeatures);
  Object.assign(locked.end_to_end_encryption_features, { is_enabled: true, enabled_self_insert_encryption_key: true });
  expect(() => refuseForbidden({ features: locked })).toThrow("has its key");
});
