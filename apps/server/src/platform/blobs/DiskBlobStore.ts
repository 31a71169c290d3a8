import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sessionIdSchema, fileIdSchema } from "@sotto/protocol";
import { AppError } from "../AppError.ts";
import type { BlobStore } from "./BlobStore.ts";

/** An upload that is not complete yet has another name, under which nobody reads. */
const partialSuffix = ".part";

/** Blobs as files `<folder>/<session id>/<blob id>`, readable by this account only. */
export class DiskBlobStore implements BlobStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<DiskBlobStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new DiskBlobStore(folder);
  }

  async write(sessionId: string, blobId: string, sizeBytes: number, source: Readable): Promise<void> {
    const path = this.#pathOf(sessionId, blobId);
    const partial = path + partialSuffix;
    await mkdir(this.#folderOf(sessionId), { recursive: true, mode: 0o700 });
    const file = await open(partial, "wx", 0o600);
    try {
      await pipeline(source, exactly(sizeBytes), file.createWriteStream());
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      if (hasCode(error, "ENOENT")) throw AppError.sessionEnded(); // it was deleted meanwhile
      throw error;
    }
  }

  async read(sessionId: string, blobId: string): Promise<{ sizeBytes: number; body: Readable } | null> {
    try {
      const file = await open(this.#pathOf(sessionId, blobId), "r");
      const { size: sizeBytes } = await file.stat();
      return { sizeBytes, body: file.createReadStream() };
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      throw error;
    }
  }

  async delete(sessionId: string, blobId: string): Promise<void> {
    await rm(this.#pathOf(sessionId, blobId), { force: true });
  }

  /** What is still being written is unlinked too, and cannot be given its final name any more. */
  async deleteSession(sessionId: string): Promise<void> {
    await rm(this.#folderOf(sessionId), { recursive: true, force: true });
  }

  async hasSession(sessionId: string): Promise<boolean> {
    return (await listing(this.#folderOf(sessionId))) !== null;
  }

  async usage(sessionId: string): Promise<{ count: number; bytes: number }> {
    const folder = this.#folderOf(sessionId);
    const names = ((await listing(folder)) ?? []).filter((name) => !name.endsWith(partialSuffix));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    return { count: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  async sessions(): Promise<string[]> {
    const names = (await listing(this.#folder)) ?? [];
    return names.filter((name) => sessionIdSchema.safeParse(name).success);
  }

  async deleteAbandoned(idleMs: number): Promise<void> {
    const before = Date.now() - idleMs;
    for (const sessionId of await this.sessions()) {
      for (const name of (await listing(this.#folderOf(sessionId))) ?? []) {
        if (!name.endsWith(partialSuffix)) continue;
        const path = join(this.#folderOf(sessionId), name);
        const found = await stat(path).catch(() => null); // finished or removed meanwhile
        if (found !== null && found.mtimeMs < before) await rm(path, { force: true });
      }
    }
  }

  #folderOf(sessionId: string): string {
    return join(this.#folder, sessionIdSchema.parse(sessionId));
  }

  #pathOf(sessionId: string, blobId: string): string {
    return join(this.#folderOf(sessionId), fileIdSchema.parse(blobId));
  }
}

/** Passes on what comes, and fails as soon as it is more than `sizeBytes`, or at the end if it was less. */
function exactly(sizeBytes: number) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let seenBytes = 0;
    for await (const chunk of source) {
      seenBytes += chunk.length;
      if (seenBytes > sizeBytes) break;
      yield chunk;
    }
    if (seenBytes !== sizeBytes) throw AppError.bodyInvalid(`this file was announced with ${sizeBytes} bytes`);
  };
}

async function listing(folder: string): Promise<string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
