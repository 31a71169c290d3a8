import { Readable, type Writable } from "node:stream";
import { Encrypter } from "age-encryption";
import { ChunkFile } from "./ChunkFile.ts";
import { mp4Options, type RecordedCodec } from "./mp4Options.ts";
import { runFfmpeg, type RunningFfmpeg } from "./runFfmpeg.ts";

/** Parts of an MP4 that begin at key frames: it is complete at each of them, and nothing has to be written twice. */
const streamable = ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1"];

/**
 * Turns chunks into an MP4 that is encrypted to its owner on the way, so that what was said is never on a disk in clear. Nobody
 * here can open it again, not to repair it either: an MP4 in parts needs no repair.
 */
export class SealedWriter {
  readonly #ffmpeg: RunningFfmpeg;
  readonly #file: ChunkFile;
  readonly #written: Promise<void>;

  static async create(path: string, recipient: string, ffmpeg: string, codec: RecordedCodec): Promise<SealedWriter> {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const file = await ChunkFile.create(path);
    const input = ["-f", "matroska", "-i", "pipe:0"];
    const running = runFfmpeg(ffmpeg, [...input, ...mp4Options(codec), ...streamable, "pipe:1"]);
    const sealed = await encrypter.encrypt(Readable.toWeb(running.stdout) as ReadableStream<Uint8Array>);
    return new SealedWriter(running, file, sealed);
  }

  private constructor(ffmpeg: RunningFfmpeg, file: ChunkFile, sealed: ReadableStream<Uint8Array>) {
    this.#ffmpeg = ffmpeg;
    this.#file = file;
    this.#written = (async () => {
      for await (const bytes of sealed) await file.append(bytes);
    })();
    this.#written.catch(() => undefined);
  }

  append(bytes: Uint8Array): Promise<void> {
    return write(this.#ffmpeg.stdin, bytes);
  }

  /** Resolves when everything is on disk. */
  async close(): Promise<void> {
    this.#ffmpeg.stdin.end();
    try {
      await this.#ffmpeg.done;
      await this.#written;
    } finally {
      await this.#file.close();
    }
  }
}

function write(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
