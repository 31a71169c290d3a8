import { createHmac, timingSafeEqual } from "node:crypto";

/** Why a token was refused. */
export type TokenFault = "invalid" | "expired" | "not_yet_valid";

export type Verified = { ok: true; claims: Record<string, unknown> } | { ok: false; fault: TokenFault };

/** Clocks of integrators and ours may differ by this much. */
const leewaySeconds = 10;
const maxTokenLength = 8192;
const header = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");

function signature(signingInput: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(signingInput).digest();
}

/** A compact JWS (RFC 7515) with HMAC-SHA256. */
export function signHs256(claims: Record<string, unknown>, secret: string): string {
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${input}.${signature(input, secret).toString("base64url")}`;
}

/**
 * Who a token says has made it, for choosing what to check it with and for nothing else: anybody may have written that.
 * Null where it says nothing.
 */
export function claimedIssuer(token: string): string | null {
  if (token.length > maxTokenLength) return null;
  const issuer = decodeObject(token.split(".")[1] ?? "")?.iss;
  return typeof issuer === "string" ? issuer : null;
}

/**
 * Verifies a JWT as RFC 8725 advises: one algorithm, named by us and not by the token; `exp` and `nbf` required;
 * nothing is parsed from a token whose signature matches with none of the secrets, except its header.
 */
export function verifyHs256(token: string, secrets: string | readonly string[], nowMs: number): Verified {
  const invalid: Verified = { ok: false, fault: "invalid" };
  if (token.length > maxTokenLength) return invalid;
  const [encodedHeader, payload, mac, ...rest] = token.split(".");
  if (encodedHeader === undefined || payload === undefined || mac === undefined || rest.length > 0) return invalid;

  const head = decodeObject(encodedHeader);
  if (head === null || head.alg !== "HS256" || head.crit !== undefined) return invalid;
  if (head.typ !== undefined && head.typ !== "JWT") return invalid;

  const given = Buffer.from(mac, "base64url");
  const isSigned = [secrets].flat().some((secret) => {
    const expected = signature(`${encodedHeader}.${payload}`, secret);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  // Comparing the text too refuses a second spelling of the same bytes.
  if (!isSigned || given.toString("base64url") !== mac) return invalid;

  const claims = decodeObject(payload);
  if (claims === null || typeof claims.exp !== "number" || typeof claims.nbf !== "number") return invalid;
  const now = nowMs / 1000;
  if (now >= claims.exp + leewaySeconds) return { ok: false, fault: "expired" };
  if (now < claims.nbf - leewaySeconds) return { ok: false, fault: "not_yet_valid" };
  return { ok: true, claims };
}

function decodeObject(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
