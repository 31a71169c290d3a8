import { fileBlobBytes } from "@sotto/e2ee";
import {
  fileDownloadResultSchema,
  fileUploadResultSchema,
  type ChatFile,
  type JoinAnswer,
  type Permissions,
} from "@sotto/protocol";
import type { ChatStore } from "../chat/ChatStore.ts";
import { jsonBody } from "../connection/jsonBody.ts";
import type { CallControlPlane } from "../connection/RpcClient.ts";
import { SottoError } from "../SottoError.ts";
import { Store, type ReadonlyStore } from "../store/Store.ts";
import { openFile, sealFile, type FileSession } from "./fileBlob.ts";
import { extensionOf, safeFileName } from "./fileName.ts";
import type { FileTransport } from "./FileTransport.ts";
import type { FileUpload } from "./FileUpload.ts";

/** What files need of the meeting around them. */
export interface FilesContext {
  readonly session: FileSession;
  readonly transport: FileTransport;
  readonly limits: FileLimits;
  /** Ours, as they are now. */
  readonly permissions: () => Permissions;
  readonly call: CallControlPlane;
}

/**
 * What may be sent. `extensions`: in lower case without a dot; empty for any. The server cannot see what a file is:
 * that only these are sent is in the hands of the pages.
 */
export interface FileLimits {
  readonly maxFileBytes: number;
  readonly extensions: readonly string[];
}

/** Why a file cannot be sent, known before anything is. */
export type FileRefusal = "too_large" | "type_not_allowed";

/** How a download is followed and ended. `onProgress`: 0 to 1. */
export interface DownloadOptions {
  readonly onProgress?: (progress: number) => void;
  readonly signal?: AbortSignal;
}

interface Outgoing {
  readonly upload: FileUpload;
  readonly file: File;
  readonly abort: AbortController;
}

/**
 * Files of the chats: encrypted here, under a secret that only the message about them holds, and brought to the server
 * as blobs without a name. One goes after the other, in the order they were given.
 */
export class MeetingFiles {
  readonly limits: FileLimits;
  readonly #context: FilesContext;
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #uploads = new Store<readonly FileUpload[]>([]);
  readonly #ended = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  /** Made by `Meeting.join`. */
  constructor(context: FilesContext) {
    this.#context = context;
    this.limits = context.limits;
  }

  /** Whether the meeting lets us send files now. */
  get maySend(): boolean {
    return this.#context.permissions().rpc.includes("file-upload");
  }

  /** What is on its way, of every conversation. */
  get uploads(): ReadonlyStore<readonly FileUpload[]> {
    return this.#uploads;
  }

  /** Why a file cannot be sent; null if it can. */
  refusalOf({ name, size }: { readonly name: string; readonly size: number }): FileRefusal | null {
    const { maxFileBytes, extensions } = this.limits;
    if (size > maxFileBytes) return "too_large";
    return extensions.length > 0 && !extensions.includes(extensionOf(name)) ? "type_not_allowed" : null;
  }

  /**
   * Sends a file into a conversation; it is among the {@link uploads} at once, and a message of `chat` when it is there.
   * Throws `body_too_large` or `body_invalid` for one that {@link refusalOf} refuses: nothing was sent then.
   */
  send(chat: ChatStore, file: File): void {
    const refusal = this.refusalOf(file);
    if (refusal === "too_large") throw new SottoError("body_too_large", "This file is too large.");
    if (refusal) throw new SottoError("body_invalid", "Files of this type are not allowed here.");
    const id = crypto.randomUUID();
    const { name, size: sizeBytes } = file;
    const own = { id, chat, name: safeFileName(name), sizeBytes };
    this.#start({ ...own, progress: 0, state: "waiting", error: null }, file);
  }

  /** Tries a `failed` upload again, from its beginning and under a new secret. Does nothing for others. */
  retry(id: string): void {
    const outgoing = this.#outgoing.get(id);
    if (outgoing?.upload.state !== "failed") return;
    this.#start({ ...outgoing.upload, progress: 0, state: "waiting", error: null }, outgoing.file);
  }

  /** Gives an upload up; the server forgets what it has of it. */
  cancel(id: string): void {
    this.#outgoing.get(id)?.abort.abort(SottoError.notConnected());
    this.#outgoing.delete(id);
    this.#publish();
  }

  /**
   * The file of a message, whole and verified. Throws a {@link SottoError}: `not_found` when it is not there,
   * `file_damaged` when it is not what was sent; or the signal's reason.
   */
  async download(file: ChatFile, { onProgress, signal }: DownloadOptions = {}): Promise<Blob> {
    const { call, transport, session } = this.#context;
    const signals = signal ? [signal, this.#ended.signal] : [this.#ended.signal];
    const ending = AbortSignal.any(signals);
    ending.throwIfAborted();
    if (file.length > this.limits.maxFileBytes) throw SottoError.fileDamaged(new Error("larger than files are here"));
    const { downloadToken: token } = await call(
      "file-download",
      jsonBody({ fileId: file.fileId }),
      fileDownloadResultSchema,
    );
    const sizeBytes = fileBlobBytes(file.length);
    const blob = await transport.get({
      fileId: file.fileId,
      token,
      sizeBytes,
      signal: ending,
      onProgress: (bytes) => onProgress?.(bytes / sizeBytes),
    });
    return new Blob([await openFile(session, file, blob)], { type: "application/octet-stream" });
  }

  /** Ends everything that is under way. */
  dispose(): void {
    this.#ended.abort(SottoError.notConnected());
    for (const id of this.#outgoing.keys()) this.cancel(id);
  }

  #start(upload: FileUpload, file: File): void {
    const outgoing: Outgoing = { upload, file, abort: new AbortController() };
    this.#outgoing.set(upload.id, outgoing);
    this.#publish();
    this.#queue = this.#queue.then(() => this.#attempt(outgoing));
  }

  async #attempt({ upload, file, abort: { signal } }: Outgoing): Promise<void> {
    const { id, chat, name } = upload;
    try {
      signal.throwIfAborted();
      this.#change(id, { state: "sending" });
      const sealed = await this.#upload(file, signal, (progress) => this.#change(id, { progress }));
      this.#outgoing.delete(id);
      this.#publish();
      // From here on it is a message, which says for itself when it could not be sent.
      void chat.send("", { file: { ...sealed, name, type: file.type.slice(0, 127) } }).catch(() => undefined);
    } catch (error) {
      if (!signal.aborted) this.#change(id, { state: "failed", error: SottoError.from(error).code });
    }
  }

  async #upload(file: File, signal: AbortSignal, onProgress: (progress: number) => void) {
    const { call, transport, session } = this.#context;
    const body = await readFile(file);
    const bytes = fileBlobBytes(body.length);
    const { fileId, uploadToken: token } = await call("file-upload", jsonBody({ bytes }), fileUploadResultSchema);
    const { blob, seal } = await sealFile(session, fileId, body);
    signal.throwIfAborted();
    await transport.put({ fileId, token, blob, signal, onProgress: (sent) => onProgress(Math.min(1, sent / bytes)) });
    return { fileId, ...seal };
  }

  #change(id: string, change: Partial<FileUpload>): void {
    const outgoing = this.#outgoing.get(id);
    if (!outgoing) return;
    this.#outgoing.set(id, { ...outgoing, upload: { ...outgoing.upload, ...change } });
    this.#publish();
  }

  #publish(): void {
    this.#uploads.set(Array.from(this.#outgoing.values(), ({ upload }) => upload));
  }
}

/** What the room and the installation allow. Integrators write extensions with and without a dot. */
export function fileLimitsOf({ files, features }: Pick<JoinAnswer, "files" | "features">): FileLimits {
  const extensions = features.chat_features.allowed_file_types.map((type) => type.replace(/^\./, "").toLowerCase());
  return { maxFileBytes: files.maxFileBytes, extensions };
}

/** It may be gone or have changed since it was chosen, or be a folder. */
async function readFile(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw SottoError.fileUnreadable(cause);
  }
}
