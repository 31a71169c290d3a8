/** Which bytes were asked for, both ends included; `whole` where everything is to be sent. */
export type ByteRange = "whole" | "unsatisfiable" | { first: number; last: number };

const rangePattern = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * Reads a `Range` header (RFC 9110, section 14.1.2) for something of `sizeBytes` bytes. What is no single range of bytes
 * is ignored as the RFC allows, so a request for several ranges gets everything.
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange {
  const [, from = "", to = ""] = rangePattern.exec(header ?? "") ?? [];
  if (from === "" && to === "") return "whole";
  if (from === "") {
    const suffixBytes = Number(to);
    if (suffixBytes === 0) return "unsatisfiable";
    // Nothing can be said about the last bytes of nothing but that they are everything.
    return sizeBytes === 0 ? "whole" : { first: Math.max(0, sizeBytes - suffixBytes), last: sizeBytes - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return "whole";
  if (first >= sizeBytes) return "unsatisfiable";
  return { first, last: to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1) };
}
