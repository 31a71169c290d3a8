import { setTimeout as delay } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";

const unreadMs = 5_000;

/** Everything that pages exchanged with anybody over HTTP and WebSocket, and every key they derived. */
export class BrowserRecord {
  readonly #parts: Buffer[] = [];
  readonly #pending: Promise<unknown>[] = [];
  readonly #keys = new Set<string>();

  /** Records a page that was not opened yet. */
  static async of(context: BrowserContext): Promise<BrowserRecord> {
    const record = new BrowserRecord();
    await context.exposeBinding("sottoNoteKey", (_source, hex: string) => void record.#keys.add(hex));
    await context.addInitScript(tapKeys);
    context.on("page", (page) => record.#follow(page));
    return record;
  }

  /** Raw keys of 32 bytes as they went into WebCrypto or came out of it. */
  get keys(): Buffer[] {
    return [...this.#keys].map((hex) => Buffer.from(hex, "hex"));
  }

  /** Addresses, headers and bodies, of requests and answers, and WebSocket messages. */
  async traffic(): Promise<Buffer> {
    // An answer that a page never reads does not end.
    await Promise.race([Promise.all(this.#pending), delay(unreadMs)]);
    return Buffer.concat(this.#parts);
  }

  #follow(page: Page): void {
    const add = (part: Buffer | string | null) => void this.#parts.push(Buffer.from(part ?? ""), Buffer.from("\n"));
    page.on("request", (request) => {
      add(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())}`);
      add(request.postDataBuffer());
    });
    page.on("response", (response) => {
      add(JSON.stringify(response.headers()));
      // A page that is closed takes what it was still loading along.
      this.#pending.push(response.body().then(add, () => undefined));
    });
    page.on("websocket", (socket) => {
      add(socket.url());
      socket.on("framesent", ({ payload }) => add(payload));
      socket.on("framereceived", ({ payload }) => add(payload));
    });
  }
}

declare global {
  var sottoNoteKey: (hex: string) => Promise<void>;
}

/** Runs in the page: keys of 32 bytes are noted on their way into and out of WebCrypto. */
function tapKeys(): void {
  const keyBytes = 32;
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>;
  const deriveBits = subtle.deriveBits.bind(subtle);
  const deriveKey = subtle.deriveKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>;
  const note = (bytes: ArrayBuffer | ArrayBufferView) => {
    const raw = new Uint8Array(
      "buffer" in bytes ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes,
    );
    // Two secrets of a session are imported together.
    for (let start = 0; start + keyBytes <= raw.length; start += keyBytes) {
      const part = raw.subarray(start, start + keyBytes);
      void sottoNoteKey([...part].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    }
  };
  const tapped: Partial<Record<keyof SubtleCrypto, (...args: never[]) => Promise<unknown>>> = {
    importKey: (format: string, material: ArrayBuffer | ArrayBufferView, ...rest: unknown[]) => {
      if (format === "raw") note(material);
      return importKey(format, material, ...rest);
    },
    deriveBits: async (...args: Parameters<typeof deriveBits>) => {
      const bits = await deriveBits(...args);
      note(bits);
      return bits;
    },
    deriveKey: async (algorithm: HkdfParams, material: CryptoKey, ...rest: unknown[]) => {
      // The same bytes as the key's, which cannot be read from it.
      note(await deriveBits(algorithm, material, keyBytes * 8));
      return deriveKey(algorithm, material, ...rest);
    },
  };
  Object.assign(subtle, tapped);
}
