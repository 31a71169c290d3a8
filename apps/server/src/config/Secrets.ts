import { z } from "zod";
import { natsKeysSchema } from "../platform/nats/natsKeys.ts";

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
});
export type Secrets = z.infer<typeof secretsSchema>;
