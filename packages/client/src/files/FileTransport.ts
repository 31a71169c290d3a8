import type { Bytes } from "@sotto/e2ee";
import { errorBodySchema, filePath } from "@sotto/protocol";
import { SottoError } from "../SottoError.ts";
import { StallGuard } from "./StallGuard.ts";

/** One transfer. `onProgress` is told how many bytes are over; `signal` ends it, and is then what is thrown. */
interface Transfer {
  readonly fileId: string;
  readonly token: string;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Brings blobs to the control plane and fetches them. Throws a {@link SottoError}, or the signal's reason. */
export class FileTransport {
  readonly #origin: string;
  readonly #fetch: typeof fetch | undefined;

  /** `fetch`: another one, for Node; then uploads report no progress on the way. */
  constructor(origin: string, options: { readonly fetch?: typeof fetch | undefined } = {}) {
    this.#origin = new URL(origin).origin;
    this.#fetch = options.fetch;
  }

  /** Uploads a blob of exactly the announced length. */
  async put(transfer: Transfer & { readonly blob: Bytes }): Promise<void> {
    const { status, body } = await this.#guarded(transfer, (guard) =>
      this.#fetch ? this.#putByFetch(transfer, guard, this.#fetch) : this.#putByXhr(transfer, guard),
    );
    if (status !== 201) throw refusalOf(status, body);
  }

  /** Downloads a blob that must have `sizeBytes` bytes: `file_damaged` as soon as it has not. */
  get(transfer: Transfer & { readonly sizeBytes: number }): Promise<Bytes> {
    const { fileId, token, sizeBytes, onProgress } = transfer;
    const request = this.#fetch ?? ((input, init) => fetch(input, init));
    return this.#guarded(transfer, async (guard) => {
      const response = await request(this.#origin + filePath(fileId), {
        headers: { authorization: `Bearer ${token}` },
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        signal: guard.signal,
      });
      if (!response.ok) throw refusalOf(response.status, await response.text());
      const blob = new Uint8Array(sizeBytes);
      let seenBytes = 0;
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        const { value } = part;
        guard.beat();
        if (seenBytes + value.length > sizeBytes) {
          await reader?.cancel();
          throw SottoError.fileDamaged(new Error("longer than it must be"));
        }
        blob.set(value, seenBytes);
        seenBytes += value.length;
        onProgress(seenBytes);
      }
      if (seenBytes !== sizeBytes) throw SottoError.fileDamaged(new Error("shorter than it must be"));
      return blob;
    });
  }

  async #guarded<T>({ signal }: Transfer, run: (guard: StallGuard) => Promise<T>): Promise<T> {
    const guard = new StallGuard(signal);
    try {
      return await run(guard);
    } catch (cause) {
      signal.throwIfAborted();
      throw cause instanceof SottoError ? cause : SottoError.serverUnreachable(cause);
    } finally {
      guard.stop();
    }
  }

  async #putByFetch(
    { fileId, token, blob, onProgress }: Transfer & { blob: Bytes },
    guard: StallGuard,
    send: typeof fetch,
  ) {
    const response = await send(this.#origin + filePath(fileId), {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
      body: blob,
      signal: guard.signal,
    });
    onProgress(blob.length);
    return { status: response.status, body: await response.text() };
  }

  /** No browser but Chromium streams a request's body, and none tells how much of it `fetch` has sent. */
  #putByXhr({ fileId, token, blob, onProgress }: Transfer & { blob: Bytes }, { signal, beat }: StallGuard) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open("PUT", this.#origin + filePath(fileId));
      xhr.setRequestHeader("authorization", `Bearer ${token}`);
      xhr.setRequestHeader("content-type", "application/octet-stream");
      xhr.upload.addEventListener("progress", ({ loaded }) => {
        beat();
        onProgress(loaded);
      });
      xhr.addEventListener("load", () => resolve({ status: xhr.status, body: xhr.responseText }));
      xhr.addEventListener("error", () => reject(new Error("the upload failed")));
      xhr.addEventListener("abort", () => reject(new Error("the upload was ended")));
      signal.addEventListener("abort", () => xhr.abort(), { once: true });
      if (signal.aborted) reject(new Error("the upload was ended"));
      else xhr.send(blob);
    });
  }
}

function refusalOf(status: number, body: string): SottoError {
  try {
    return SottoError.refused(errorBodySchema.parse(JSON.parse(body)).error);
  } catch {
    return SottoError.serverUnreachable(`HTTP ${status}`);
  }
}
