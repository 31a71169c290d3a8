import { sign, verify, type KeyObject } from "node:crypto";
import { nkeyPublicKeyObject } from "./nkey.ts";

/**
 * The JWTs that nats-server and the callout exchange: header `ed25519-nkey`, claims in JSON, Ed25519 signature over
 * `header.claims`. Written here because the stock library signs with tweetnacl: 13 connections a second instead of
 * several hundred.
 */
export interface NatsClaims {
  iss: string;
  sub: string;
  aud: string;
  iat: number;
  exp?: number;
  name?: string;
  nats: Record<string, unknown>;
}

const maxPublicKeys = 64;
const header = base64url(JSON.stringify({ typ: "JWT", alg: "ed25519-nkey" }));

export function encodeNatsJwt(claims: NatsClaims, privateKey: KeyObject): string {
  const signed = `${header}.${base64url(JSON.stringify(claims))}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`;
}

/** Decodes and checks the signature against the issuer the claims name. Whether that issuer is fitting is the caller's. */
export function decodeNatsJwt(token: string): NatsClaims {
  const [head, body, signature, ...rest] = token.split(".");
  if (head !== header || !body || !signature || rest.length > 0) throw new Error("not a JWT of nats-server");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as NatsClaims;
  const valid = verify(
    null,
    Buffer.from(`${head}.${body}`),
    publicKeyOf(claims.iss),
    Buffer.from(signature, "base64url"),
  );
  if (!valid) throw new Error("the signature of a JWT of nats-server is wrong");
  return claims;
}

const publicKeys = new Map<string, KeyObject>();

/** Each nats-server signs with one key for as long as it runs. */
function publicKeyOf(issuer: string): KeyObject {
  const key = publicKeys.get(issuer) ?? nkeyPublicKeyObject(issuer);
  if (publicKeys.size >= maxPublicKeys) publicKeys.clear();
  publicKeys.set(issuer, key);
  return key;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
