import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Secrets } from "../config/Secrets.ts";

/** One webhook as it is to be sent. */
export interface Webhook {
  url: string;
  body: string;
  /** Id of the API client with whose secret it is signed. */
  signer: string;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals what waits in the database: names of people, and addresses that may hold an integrator's secret. The key is made
 * of the server's own secret, which is not in the database and not in its backups.
 */
export class WebhookSeal {
  readonly #key: Buffer;
  readonly #laneKey: Buffer;

  constructor({ secret }: Secrets["tokens"]) {
    const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `sotto/webhook-${purpose}`, 32));
    this.#key = derive("seal");
    this.#laneKey = derive("lane");
  }

  /** What names a room and an address, and tells nobody the address. */
  laneOf(roomId: string, url: string): string {
    return createHmac("sha256", this.#laneKey)
      .update(JSON.stringify([roomId, url]))
      .digest("base64url");
  }

  /** `lane` is bound to it. */
  seal(webhook: Webhook, lane: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(lane));
    const sealed = [cipher.update(JSON.stringify(webhook), "utf8"), cipher.final()];
    return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString("base64");
  }

  /** Null for what was sealed with another secret, or changed. */
  open(sealed: string, lane: string): Webhook | null {
    const bytes = Buffer.from(sealed, "base64");
    const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(-tagBytes)];
    try {
      const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(lane))
        .setAuthTag(tag);
      const opened = [decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()];
      return JSON.parse(Buffer.concat(opened).toString("utf8")) as Webhook;
    } catch {
      return null;
    }
  }
}
