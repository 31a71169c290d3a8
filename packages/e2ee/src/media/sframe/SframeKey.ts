import { concat, u64, utf8, type Bytes } from "../../keys/encoding.ts";
import { encodeSframeHeader, type DecodedSframeHeader } from "./SframeHeader.ts";

/** An AES-GCM cipher suite of RFC 9605 section 4.5. The tag is 16 bytes, the nonce 12. */
export interface SframeSuite {
  /** IANA "SFrame Cipher Suites". */
  id: number;
  hash: "SHA-256" | "SHA-512";
  keyBytes: 16 | 32;
}

/** 0x0005 AES_256_GCM_SHA512_128, the only suite that Sotto speaks. */
export const mediaSuite: SframeSuite = { id: 0x0005, hash: "SHA-512", keyBytes: 32 };

const nonceBytes = 12;

/** Bytes of the authentication tag at the end of every SFrame ciphertext. */
export const sframeTagBytes = 16;

/** The labels of RFC 9605 section 4.4.2: what key and salt of a key id are derived with. */
export function sframeLabels(suite: SframeSuite, kid: bigint): { key: Bytes; salt: Bytes } {
  const suffix = concat(u64(kid), Uint8Array.of(suite.id >> 8, suite.id & 0xff));
  return { key: concat(utf8("SFrame 1.0 Secret key "), suffix), salt: concat(utf8("SFrame 1.0 Secret salt "), suffix) };
}

/** HKDF with an empty salt, RFC 9605 section 4.4.2: the bytes a label stands for. */
export async function expandSframeLabel(
  suite: SframeSuite,
  baseKey: Uint8Array,
  label: Bytes,
  lengthBytes: number,
): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", concat(baseKey), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: suite.hash, salt: new Uint8Array(0), info: label };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, lengthBytes * 8));
}

/**
 * What a base key becomes under one key id: an AES-GCM key and a salt for the nonces. Whoever seals must never use a
 * counter twice.
 */
export class SframeKey {
  readonly kid: bigint;
  readonly #key: CryptoKey;
  readonly #salt: Bytes;

  private constructor(kid: bigint, key: CryptoKey, salt: Bytes) {
    this.kid = kid;
    this.#key = key;
    this.#salt = salt;
  }

  /** @param baseKey any length by RFC 9605; 32 bytes everywhere in Sotto. Not kept: the caller wipes it. */
  static async derive(suite: SframeSuite, kid: bigint, baseKey: Uint8Array): Promise<SframeKey> {
    const labels = sframeLabels(suite, kid);
    const [raw, salt] = await Promise.all([
      expandSframeLabel(suite, baseKey, labels.key, suite.keyBytes),
      expandSframeLabel(suite, baseKey, labels.salt, nonceBytes),
    ]);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    raw.fill(0);
    return new SframeKey(kid, key, salt);
  }

  /** RFC 9605 section 4.4.3. @returns header ‖ ciphertext ‖ tag */
  async seal(ctr: bigint, metadata: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
    const header = encodeSframeHeader({ kid: this.kid, ctr });
    const parameters = { name: "AES-GCM", iv: this.nonce(ctr), additionalData: concat(header, metadata) };
    const ciphertext = await crypto.subtle.encrypt(parameters, this.#key, plaintext as Bytes);
    return concat(header, new Uint8Array(ciphertext));
  }

  /**
   * RFC 9605 section 4.4.4.
   *
   * @param header what `decodeSframeHeader` read from `sframe`
   * @returns the plaintext; null when anything does not authenticate
   */
  async open(header: DecodedSframeHeader, metadata: Uint8Array, sframe: Uint8Array): Promise<Bytes | null> {
    const aad = concat(sframe.subarray(0, header.length), metadata);
    const parameters = { name: "AES-GCM", iv: this.nonce(header.ctr), additionalData: aad };
    try {
      const ciphertext = sframe.subarray(header.length) as Bytes;
      return new Uint8Array(await crypto.subtle.decrypt(parameters, this.#key, ciphertext));
    } catch {
      return null; // WebCrypto says OperationError for a wrong tag and for too few bytes, and nothing else
    }
  }

  /** The salt, its last eight bytes XORed with the counter. */
  nonce(ctr: bigint): Bytes {
    const nonce = this.#salt.slice();
    const view = new DataView(nonce.buffer);
    view.setBigUint64(nonceBytes - 8, view.getBigUint64(nonceBytes - 8) ^ ctr);
    return nonce;
  }
}
