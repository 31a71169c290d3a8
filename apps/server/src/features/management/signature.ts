import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { ApiClient } from "../../clients/ApiClient.ts";
import type { ApiClients } from "../../clients/ApiClients.ts";
import type { State } from "../../sessions/State.ts";
import { sha256 } from "../../sessions/tokens.ts";
import { ManagementError } from "./ManagementError.ts";

interface SignatureOptions {
  clients: ApiClients;
  used: State["used"];
  requireReplayProtection: boolean;
}

/** A request's timestamp may be this far from our clock, either way. */
const windowSeconds = 300;
const noncePattern = /^[A-Za-z0-9_-]{16,128}$/;

/**
 * Checks who sent a management request: HASH-SIGNATURE is the lower-case hex HMAC-SHA256 of the raw body. With
 * X-Request-Timestamp (Unix seconds) and X-Request-Nonce it is that of `timestamp "\n" nonce "\n" body`, and no request
 * is accepted late or twice, on whichever node. Gives the client; throws a ManagementError that answers 401.
 */
export async function verifySignature(
  headers: IncomingHttpHeaders,
  body: Buffer,
  options: SignatureOptions,
): Promise<ApiClient> {
  const { clients, used, requireReplayProtection } = options;
  const { "api-key": key, "hash-signature": signature } = headers;
  const { "x-request-timestamp": timestamp, "x-request-nonce": nonce } = headers;
  const client = typeof key === "string" ? clients.find(key) : null;
  if (client === null) throw ManagementError.apiKey();
  if (typeof signature !== "string") throw ManagementError.signature("HASH-SIGNATURE is missing");

  const isProtected = timestamp !== undefined || nonce !== undefined;
  const head = isProtected ? `${String(timestamp)}\n${String(nonce)}\n` : "";
  const isSigned = client.secrets.some((secret) =>
    equal(signature, createHmac("sha256", secret).update(head).update(body).digest("hex")),
  );
  if (!isSigned) throw ManagementError.signature("the signature is wrong");

  if (!isProtected) {
    if (requireReplayProtection) {
      throw ManagementError.signature("X-Request-Timestamp and X-Request-Nonce are required");
    }
    return client;
  }
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) {
    throw ManagementError.signature("X-Request-Timestamp must be Unix seconds");
  }
  if (typeof nonce !== "string" || !noncePattern.test(nonce)) {
    throw ManagementError.signature("X-Request-Nonce must be 16 to 128 characters: letters, digits, - and _");
  }
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > windowSeconds) {
    throw ManagementError.signature("the request is too old, or a clock is wrong");
  }
  if (!(await used.createOnce(`request_${sha256(`${client.id}\n${nonce}`)}`, 2 * windowSeconds * 1000, 1))) {
    throw ManagementError.signature("this request was received already; sign a repetition with another nonce");
  }
  // Nonces die with the memory of NATS: one from before that may have been used.
  if (Number(timestamp) * 1000 < used.createdAtMs) {
    throw ManagementError.signature("the request is older than the server's memory of requests; sign it anew");
  }
  return client;
}

/** Takes the same time wherever two texts of one length differ. */
function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
