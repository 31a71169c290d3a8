import { open, type FileHandle } from "node:fs/promises";

/** A file that grows, and of which everything is on disk once `append` has resolved. */
export class ChunkFile {
  readonly #handle: FileHandle;
  #tail: Promise<void> = Promise.resolve();

  static async create(path: string): Promise<ChunkFile> {
    return new ChunkFile(await open(path, "wx", 0o600));
  }

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** One after the other, whether the caller waits or not. */
  append(bytes: Uint8Array): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      await this.#handle.appendFile(bytes);
      await this.#handle.datasync();
    });
    return this.#tail;
  }

  async close(): Promise<void> {
    try {
      await this.#tail;
    } finally {
      await this.#handle.close();
    }
  }
}
