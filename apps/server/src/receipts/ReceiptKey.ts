import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { ReceiptKeyAnswer } from "@sotto/protocol";
import { canonicalJson } from "./canonicalJson.ts";

/** A new key for receipts, as it stands in the secrets file: PKCS #8 in base64. */
export function generateReceiptKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** The Ed25519 key with which this installation signs its receipts. */
export class ReceiptKey {
  /** The public half, for everybody. */
  readonly published: ReceiptKeyAnswer;
  readonly #privateKey: KeyObject;

  /** Throws where `pkcs8` is no Ed25519 key. */
  constructor(pkcs8: string) {
    this.#privateKey = createPrivateKey({ key: Buffer.from(pkcs8, "base64"), format: "der", type: "pkcs8" });
    const publicKey = createPublicKey(this.#privateKey);
    const { kty, crv, x } = publicKey.export({ format: "jwk" });
    if (kty !== "OKP" || crv !== "Ed25519" || x === undefined) throw new Error("receipts are signed with Ed25519 only");
    // RFC 7638 asks for just these members in this spelling; RFC 8037 says which they are.
    const fingerprint = createHash("sha256").update(canonicalJson({ crv, kty, x })).digest("base64url");
    const pem = publicKey.export({ format: "pem", type: "spki" });
    this.published = { fingerprint, key: { kty, crv, x, kid: fingerprint }, pem: pem.toString() };
  }

  get fingerprint(): string {
    return this.published.fingerprint;
  }

  /** Signs the canonical form of `value`; in base64url. */
  sign(value: object): string {
    return sign(null, Buffer.from(canonicalJson(value)), this.#privateKey).toString("base64url");
  }
}
