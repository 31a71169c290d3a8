import { z } from "zod";
import { natsKeysSchema } from "../platform/nats/natsKeys.ts";
import { ReceiptKey } from "../receipts/ReceiptKey.ts";

const keySchema = z.string().min(8);
const secretSchema = z.string().min(32);

/** Everything secret that outlives a session. Lives in one file, `<data folder>/secrets.json`, mode 0600. */
export const secretsSchema = z.strictObject({
  /** Management API; join tokens are signed with this secret. */
  api: z.strictObject({ key: keySchema, secret: secretSchema }),
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
