import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** The folder that recorders write into. Names come from records, which hold none but what recorders may say. */
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
      const { size } = await stat(join(this.#dir, fileName));
      return size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  /** The bytes from `first` to `last`, both included. */
  read(fileName: string, first: number, last: number): Readable {
    return createReadStream(join(this.#dir, fileName), { start: first, end: last });
  }

  async delete(fileName: string): Promise<void> {
    await rm(join(this.#dir, fileName), { force: true });
  }
}
