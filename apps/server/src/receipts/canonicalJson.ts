/**
 * RFC 8785: the one spelling of a JSON value, so that a signature of it can be checked after the document was indented,
 * stored and parsed again. For the values that receipts are made of: numbers are whole ones. Throws on anything else, which
 * would be spelled differently from one language to the next.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  if (typeof value === "string" && value.isWellFormed()) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    // By UTF-16 code units, which is how JavaScript compares strings.
    const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  throw new Error(`a ${typeof value} like this has no canonical form here`);
}
