// Checks data receipts with nothing but Node's own crypto: none of the code that makes them, so that one can disagree with
// the other. docs/receipts.md says the same in words.
import { createHash, createPublicKey, verify } from "node:crypto";

/**
 * RFC 8785 for what receipts are made of: members in the order of their names, nothing between tokens.
 *
 * @param {any} value @returns {string}
 */
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

/**
 * RFC 7638: what a key is known by.
 *
 * @param {string} x the 32 bytes of an Ed25519 key, in base64url @returns {string}
 */
const fingerprintOf = (x) =>
  createHash("sha256")
    .update(`{"crv":"Ed25519","kty":"OKP","x":${JSON.stringify(x)}}`)
    .digest("base64url");

/**
 * Whether a receipt was signed by the key it names, and is as it was signed.
 *
 * @param {string} text the document
 * @returns {{ problem: string } | { problem: null, receipt: any, fingerprint: string }} `problem`: what is wrong with it
 */
export function checkReceipt(text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: "this is not a JSON document" };
  }
  const { receipt, signature } = document ?? {};
  if (receipt?.type !== "sotto.data-receipt") return { problem: "this is not a data receipt" };
  if (receipt.version !== 1) return { problem: `this is version ${receipt.version}; only version 1 is known here` };
  if (signature?.algorithm !== "Ed25519") return { problem: "it is not signed with Ed25519" };
  const { publicKey: x, value } = signature;
  if (typeof x !== "string" || typeof value !== "string") return { problem: "it has no signature" };
  const fingerprint = fingerprintOf(x);
  if (receipt.signedWith !== fingerprint) return { problem: "it was signed with another key than it says" };
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const isGenuine = verify(null, Buffer.from(canonical(receipt)), key, Buffer.from(value, "base64url"));
    if (!isGenuine) return { problem: "it was changed after it was signed" };
  } catch {
    return { problem: "its key is none" };
  }
  return { problem: null, receipt, fingerprint };
}

/**
 * The fingerprint of an installation's key, which somebody noted, or has as a file.
 *
 * @param {string} known a fingerprint, the answer of `GET /api/receipt-key`, a JWK, or a PEM
 * @returns {string | null} null for what is none of these
 */
export function knownFingerprint(known) {
  const text = known.trim();
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  try {
    if (text.startsWith("-----")) return fingerprintOf(String(createPublicKey(text).export({ format: "jwk" }).x));
    const { key, x = key.x } = JSON.parse(text);
    return typeof x === "string" ? fingerprintOf(x) : null;
  } catch {
    return null;
  }
}
