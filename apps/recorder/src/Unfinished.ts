import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { recordingIdSchema, sessionIdSchema } from "@sotto/protocol";
import { z } from "zod";

const noteSchema = z.strictObject({
  recordingId: recordingIdSchema,
  sessionId: sessionIdSchema,
  roomId: z.string(),
  /** Unix milliseconds of the first picture. */
  startedAt: z.int(),
  codec: z.enum(["h264", "vp8"]),
  /** Whether what is here is encrypted to its owner already. */
  sealed: z.boolean(),
});
export type RecordingNote = z.infer<typeof noteSchema>;

const aliveMs = 3_000;
/** A recorder that did not say for so long that it is at it is dead, also where the disk is slow. */
const staleMs = 15_000;
const folderName = "unfinished";

/**
 * A recording that is being made or was not brought to its end: a folder `unfinished/<recording id>` with a note, and what
 * was recorded so far. Whoever works on it keeps it fresh; what is not fresh any more may be finished by anybody, and two who
 * do so at the same time do the same.
 */
export class Unfinished implements Disposable {
  readonly note: RecordingNote;
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;

  /** Begins a new one. */
  static async begin(dir: string, note: RecordingNote): Promise<Unfinished> {
    const folder = join(dir, folderName, note.recordingId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, "note.json"), JSON.stringify(note), { mode: 0o600 });
    return new Unfinished(folder, note);
  }

  /** Those that nobody works on any more. */
  static async findLeft(dir: string, now: number): Promise<Unfinished[]> {
    const parent = join(dir, folderName);
    const names = await readdir(parent).catch(() => []);
    const left: Unfinished[] = [];
    for (const name of names) {
      const folder = join(parent, name);
      const file = join(folder, "note.json");
      const freshAt = await stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      );
      if (freshAt === null || freshAt + staleMs > now) continue;
      const note = noteSchema.safeParse(parsed(await readFile(file, "utf8")));
      if (note.success && note.data.recordingId === name) left.push(new Unfinished(folder, note.data));
    }
    return left;
  }

  private constructor(folder: string, note: RecordingNote) {
    this.note = note;
    this.#folder = folder;
    this.#timer = setInterval(() => void this.#keepFresh(), aliveMs);
  }

  /** Where what is recorded is written to, as it comes. */
  get recordedPath(): string {
    return join(this.#folder, this.note.sealed ? "recorded.mp4.age" : "recorded.mkv");
  }

  /** For a file on the way to its place; each attempt has one of its own. */
  draftPath(): string {
    return join(this.#folder, `draft-${crypto.randomUUID()}.mp4`);
  }

  /** It is in its place and on record: nothing of it is left here. */
  async remove(): Promise<void> {
    this[Symbol.dispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Stops working on it, finished or not. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #keepFresh(): Promise<void> {
    const now = new Date();
    await utimes(join(this.#folder, "note.json"), now, now).catch(() => undefined);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
