import type { Readable } from "node:stream";

/**
 * Where the encrypted files of running sessions lie, by session and random id. Whoever implements it stores a blob
 * whole or not at all, and knows nothing about what is in it.
 */
export interface BlobStore {
  /**
   * Stores a blob of exactly `sizeBytes` bytes.
   *
   * @throws {AppError} `body_invalid` where the source gives fewer or more, `session_ended` when it was deleted meanwhile;
   *   then, and on any other error, nothing is kept
   */
  write(sessionId: string, blobId: string, sizeBytes: number, source: Readable): Promise<void>;
  /** The blob as a stream; null where there is none. */
  read(sessionId: string, blobId: string): Promise<{ sizeBytes: number; body: Readable } | null>;
  delete(sessionId: string, blobId: string): Promise<void>;
  /** Deletes everything of a session, uploads under way included. */
  deleteSession(sessionId: string): Promise<void>;
  hasSession(sessionId: string): Promise<boolean>;
  /** How many whole blobs of a session are stored, and their bytes. */
  usage(sessionId: string): Promise<{ count: number; bytes: number }>;
  /** Every session of which something is stored. */
  sessions(): Promise<string[]>;
  /** Removes what is left of uploads that nothing was written to for `idleMs`: their node died. */
  deleteAbandoned(idleMs: number): Promise<void>;
}
