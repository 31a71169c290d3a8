import { close, constants, createReadStream, open, read } from "node:fs";
import { lstat, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** Node's own, but never through a link. */
const withoutLinks = {
  open: (path: string, _flags: string, mode: number, done: (error: Error | null, handle: number) => void) =>
    open(path, constants.O_RDONLY | constants.O_NOFOLLOW, mode, done),
  read,
  close,
};

/**
 * The folder that recorders write into. Names come from records, which hold none but what recorders may say. A link is no
 * file here: a recorder that was taken over would have us hand out what it points to, our secrets say.
 */
export class RecordingFiles {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<RecordingFiles> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return new RecordingFiles(dir);
  }

  /** Null where there is no such file. */
  async sizeBytes(fileName: string): Promise<number | null> {
    try {
      const found = await lstat(join(this.#dir, fileName));
      return found.isFile() ? found.size : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  /** The bytes from `first` to `last`, both included. */
  read(fileName: string, first: number, last: number): Readable {
    return createReadStream(join(this.#dir, fileName), { start: first, end: last, fs: withoutLinks });
  }

  async delete(fileName: string): Promise<void> {
    await rm(join(this.#dir, fileName), { force: true });
  }
}
