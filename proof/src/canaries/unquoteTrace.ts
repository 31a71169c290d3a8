const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, "'": 39, "\\": 92 };
const digitsOf: Record<string, number> = { x: 2, u: 4, U: 8 };

/** The bytes that nats-server's trace shows: payloads stand there as Go's quoted strings. Other bytes stay as they are. */
export function unquoteTrace(log: Buffer): Buffer {
  const text = log.toString("latin1");
  const out = Buffer.alloc(log.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const next = text[index] === "\\" ? (text[index + 1] ?? "") : "";
    const digits = digitsOf[next];
    const code = digits === undefined ? Number.NaN : Number.parseInt(text.slice(index + 2, index + 2 + digits), 16);
    if (digits !== undefined && !Number.isNaN(code)) {
      const bytes = next === "x" ? Buffer.of(code) : Buffer.from(String.fromCodePoint(code));
      length += bytes.copy(out, length);
      index += 1 + digits;
    } else if (next in escapes) {
      length = out.writeUInt8(escapes[next] ?? 0, length);
      index += 1;
    } else {
      length = out.writeUInt8(log[index] ?? 0, length);
    }
  }
  return out.subarray(0, length);
}
