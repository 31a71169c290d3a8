import { randomBytes } from "node:crypto";
import { generateNatsKeys } from "../platform/nats/natsKeys.ts";
import { generateReceiptKey } from "../receipts/ReceiptKey.ts";
import type { Secrets } from "./Secrets.ts";

/** A secret with 288 random bits. */
export function newSecret(): string {
  return randomBytes(36).toString("base64url");
}

/** An API key: no secret, but nothing to guess either. */
export function newApiKey(): string {
  return `SOTTO${randomBytes(9).toString("hex")}`;
}

/** The parts that files of older versions may not have. */
export function newerSecrets(): Pick<Secrets, "receipts" | "tokens"> {
  return { receipts: { privateKey: generateReceiptKey() }, tokens: { secret: newSecret() } };
}

/** Those of a new installation. */
export function newSecrets(): Secrets {
  return {
    api: { key: newApiKey(), secret: newSecret() },
    clients: [],
    livekit: { key: `LK${randomBytes(9).toString("hex")}`, secret: newSecret() },
    nats: generateNatsKeys(),
    ...newerSecrets(),
  };
}
