import { z } from "zod";
import { natsKeysSchema } from "../platform/nats/natsKeys.ts";
import { ReceiptKey } from "../receipts/ReceiptKey.ts";

const keySchema = z.string().min(8);
const secretSchema = z.string().min(32);

/** What a client identifies itself and signs with; the secret before the newest is good until it is revoked. */
const credentials = { key: keySchema, secret: secretSchema, previousSecret: secretSchema.optional() };

const clientSchema = z.strictObject({
  id: z.string().regex(/^c_[0-9a-f]{16}$/),
  /** For whoever reads the list of clients. */
  name: z.string().min(1).max(64),
  ...credentials,
  createdAt: z.iso.datetime(),
});

/** Everything secret that outlives a session. Lives in one file, `<data folder>/secrets.json`, mode 0600. */
export const secretsSchema = z.strictObject({
  /** Of the installation's own API client: its management requests and join tokens are signed with the secret. */
  api: z.strictObject(credentials),
  /** Of the other API clients. */
  clients: z.array(clientSchema).default([]),
  /** Signs what the control plane alone makes and checks, such as download tokens: no API client has it. */
  tokens: z.strictObject({ secret: secretSchema }),
  /** Signs media tokens and calls of the SFU's API. */
  livekit: z.strictObject({ key: keySchema, secret: secretSchema }),
  /** nkey seeds of the control plane's connections and of the auth callout's issuer. */
  nats: natsKeysSchema,
  /** Signs data receipts: an Ed25519 key as PKCS #8 in base64. */
  receipts: z.strictObject({ privateKey: z.string().refine(isReceiptKey, "not an Ed25519 key") }),
});
export type Secrets = z.infer<typeof secretsSchema>;

function isReceiptKey(pkcs8: string): boolean {
  try {
    return new ReceiptKey(pkcs8).fingerprint !== "";
  } catch {
    return false;
  }
}
