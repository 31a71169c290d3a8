const lineFeed = 0x0a;
/** nats-server's own limit of a protocol line is 4 KiB; anything far longer is no client of ours. */
const maxLineBytes = 8 * 1024;
const lineEndBytes = 2;

/** Why a connection may not go on. */
export type Forbidden = "too big" | "headers";

/** Part of what a client wrote: how many bytes of it, and with how many protocol lines. */
export interface Passed {
  bytes: number;
  lines: number;
}

/**
 * Follows what a client writes in the NATS protocol, just far enough to know how many messages there are and how large
 * each is: nats-server has no limit of the first, and would let participants send as much as the control plane. Messages
 * with headers are forbidden (docs/adr/0014).
 */
export class ClientMessageGuard {
  readonly #maxMessageBytes: number;
  #line = "";
  #payloadLeft = 0;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Reads on, up to `maxLines` protocol lines and what belongs to them. */
  read(bytes: Buffer, maxLines: number): Passed | Forbidden {
    let at = 0;
    let lines = 0;
    while (at < bytes.length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, bytes.length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      if (lines === maxLines) break;
      const end = bytes.indexOf(lineFeed, at);
      this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
      if (this.#line.length > maxLineBytes) return "too big";
      if (end < 0) return { bytes: bytes.length, lines };
      at = end + 1;
      lines += 1;
      const forbidden = this.#onLine(this.#line);
      if (forbidden) return forbidden;
      this.#line = "";
    }
    return { bytes: at, lines };
  }

  #onLine(line: string): Forbidden | null {
    if (/^hpub[ \t]/i.test(line)) return "headers";
    if (!/^pub[ \t]/i.test(line)) return null;
    const size = publishedBytes(line);
    if (!(size <= this.#maxMessageBytes)) return "too big";
    this.#payloadLeft = size + lineEndBytes;
    return null;
  }
}

/** Size of the message that a line announces, NaN where it is not a number. */
function publishedBytes(line: string): number {
  const size =
    line
      .trimEnd()
      .split(/[ \t]+/)
      .at(-1) ?? "";
  return /^\d{1,9}$/.test(size) ? Number(size) : Number.NaN;
}
