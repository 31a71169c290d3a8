import { createHash } from "node:crypto";
import type { ApiClient } from "../clients/ApiClient.ts";
import { signHs256 } from "../platform/jwt/hs256.ts";

const lifetimeSeconds = 300;
/** Clocks of integrators and ours may differ by this much. */
const leewaySeconds = 10;

/**
 * The headers of a delivery: a token over the SHA-256 of the body, twice, since some web servers keep `Authorization` to
 * themselves. The media type is the one by which receivers know that the signature comes first.
 */
export function signWebhook(
  body: string,
  { key, secrets: [secret] }: ApiClient,
): Record<"authorization" | "hash-token" | "content-type", string> {
  const now = Math.floor(Date.now() / 1000);
  const sha256 = createHash("sha256").update(body).digest("base64");
  const token = signHs256({ iss: key, nbf: now - leewaySeconds, exp: now + lifetimeSeconds, sha256 }, secret);
  return { authorization: token, "hash-token": token, "content-type": "application/webhook+json" };
}
