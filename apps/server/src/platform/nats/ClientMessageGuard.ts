const lineFeed = 0x0a;
/** nats-server's own limit of a protocol line is 4 KiB; anything far longer is no client of ours. */
const maxLineBytes = 8 * 1024;
const lineEndBytes = 2;

/**
 * Follows what a client writes in the NATS protocol, just far enough to know how large each published message is:
 * nats-server would let participants send as much as the control plane.
 */
export class ClientMessageGuard {
  readonly #maxMessageBytes: number;
  #line = "";
  #payloadLeft = 0;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Whether the connection may go on after these bytes. */
  accepts(bytes: Buffer): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, bytes.length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
        continue;
      }
      const end = bytes.indexOf(lineFeed, at);
      this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
      if (this.#line.length > maxLineBytes) return false;
      if (end < 0) return true;
      at = end + 1;
      const size = publishedBytes(this.#line);
      this.#line = "";
      if (size !== null) {
        if (!(size <= this.#maxMessageBytes)) return false;
        this.#payloadLeft = size + lineEndBytes;
      }
    }
    return true;
  }
}

/** Size of the message that a protocol line announces, NaN where it is not a number; `null` for any other line. */
function publishedBytes(line: string): number | null {
  if (!/^h?pub[ \t]/i.test(line)) return null;
  const size =
    line
      .trimEnd()
      .split(/[ \t]+/)
      .at(-1) ?? "";
  return /^\d{1,9}$/.test(size) ? Number(size) : Number.NaN;
}
