import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { megabyteBytes } from "@sotto/protocol";
import type { Context } from "../../context.ts";
import { AppError } from "../../platform/AppError.ts";
import { maxTransferMs } from "../../platform/http/deadlines.ts";
import type { RoomRecord } from "../../sessions/RoomRecord.ts";
import { announce, begin, finish, forget, noFiles, type SessionFilesRecord } from "../../sessions/sessionFiles.ts";
import { tokenLifetimeMs } from "./FileTokens.ts";

type Services = Pick<Context, "blobs" | "config" | "sessions" | "state">;

/** The blobs of sessions, within what each session may take up. */
export class FileStore {
  readonly #services: Services;
  readonly #maxSessionBytes: number;

  constructor(services: Services) {
    this.#services = services;
    this.#maxSessionBytes = services.config.files.maxSessionMegabytes * megabyteBytes;
  }

  /** Takes space for a blob of `bytes` bytes and gives its id. Throws `storage_full`, `session_ended`. */
  async announce({ roomId, sessionId }: RoomRecord, bytes: number): Promise<string> {
    const { files } = this.#services.state;
    const fileId = randomBytes(16).toString("base64url");
    const now = Date.now();
    const limit = { maxBytes: this.#maxSessionBytes, now };
    await files.create(sessionId, noFiles);
    const entry = await files.mutate(sessionId, (record) =>
      announce(record, { fileId, bytes, until: now + tokenLifetimeMs }, limit),
    );
    // Either this sees the end, or the end sees what was written.
    const room = await this.#services.sessions.room(roomId);
    if (room?.sessionId !== sessionId) {
      await files.purgePrefix(sessionId);
      throw AppError.sessionEnded();
    }
    if (!entry?.value.files.some((file) => file.fileId === fileId)) throw AppError.storageFull();
    return fileId;
  }

  /** Whether the blob is there, whole. */
  async has(sessionId: string, fileId: string): Promise<boolean> {
    const entry = await this.#services.state.files.get(sessionId);
    return entry?.value.files.some((file) => file.fileId === fileId && file.state === "stored") ?? false;
  }

  /** The blob as a stream; null unless it is there, whole. */
  async read(sessionId: string, fileId: string): ReturnType<Services["blobs"]["read"]> {
    return (await this.has(sessionId, fileId)) ? this.#services.blobs.read(sessionId, fileId) : null;
  }

  /**
   * Stores the announced blob, once: whoever comes second is told `token_used`. A failed upload leaves nothing, and its
   * space is free again.
   */
  async store(sessionId: string, fileId: string, source: Readable): Promise<void> {
    const { blobs } = this.#services;
    const bytes = await this.#begin(sessionId, fileId);
    try {
      await blobs.write(sessionId, fileId, bytes, source);
      const stored = await this.#change(sessionId, (record) => finish(record, fileId));
      if (!stored) throw AppError.sessionEnded();
    } catch (error) {
      await blobs.delete(sessionId, fileId);
      await this.#change(sessionId, (record) => forget(record, fileId));
      throw error;
    }
  }

  async #begin(sessionId: string, fileId: string): Promise<number> {
    let bytes = 0;
    const begun = await this.#change(sessionId, (record) => {
      bytes = record.files.find((file) => file.fileId === fileId)?.bytes ?? 0;
      return begin(record, fileId, Date.now() + maxTransferMs);
    });
    if (!begun) throw new AppError("token_used", "the token for this file was used already; ask for another one");
    return bytes;
  }

  /** Gives whether anything was changed. */
  async #change(sessionId: string, change: (record: SessionFilesRecord) => SessionFilesRecord): Promise<boolean> {
    let changed = false;
    const entry = await this.#services.state.files.mutate(sessionId, (record) => {
      const next = change(record);
      changed = next !== record;
      return next;
    });
    return entry !== null && changed;
  }
}
