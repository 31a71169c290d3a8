import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signHs256, verifyHs256 } from "./hs256.ts";

const secret = "0123456789abcdef0123456789abcdef";
const now = 1_800_000_000_000;
const claims = { sub: "u", nbf: now / 1000, exp: now / 1000 + 600 };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const hmac = (input: string, key = secret) => createHmac("sha256", key).update(input).digest("base64url");
const withHeader = (header: unknown, key = secret) => {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${hmac(input, key)}`;
};
const verify = (token: string, at = now) => verifyHs256(token, secret, at);
const invalid = { ok: false, fault: "invalid" };

describe("verifyHs256", () => {
  it("accepts what signHs256 makes", () => {
    expect(verify(signHs256(claims, secret))).toEqual({ ok: true, claims });
  });

  it("knows the moments before and after", () => {
    const token = signHs256(claims, secret);
    expect(verify(token, now + 609_000)).toMatchObject({ ok: true });
    expect(verify(token, now + 610_000)).toEqual({ ok: false, fault: "expired" });
    expect(verify(token, now - 10_000)).toMatchObject({ ok: true });
    expect(verify(token, now - 11_000)).toEqual({ ok: false, fault: "not_yet_valid" });
  });

  it("refuses every other algorithm, whoever signed", () => {
    const none = `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsInput = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
    const rs256 = `${rsInput}.${sign("sha256", Buffer.from(rsInput), privateKey).toString("base64url")}`;
    for (const token of [none, rs256]) expect(verify(token)).toEqual(invalid);
    // Signed with our secret, but named otherwise.
    for (const alg of ["none", "NONE", "HS512", "RS256", "hs256", "", undefined, ["HS256"]]) {
      expect(verify(withHeader({ alg, typ: "JWT" }))).toEqual(invalid);
    }
    expect(verify(withHeader({ alg: "HS256" }))).toMatchObject({ ok: true });
    expect(verify(withHeader({ alg: "HS256", typ: "JWE" }))).toEqual(invalid);
    expect(verify(withHeader({ alg: "HS256", crit: ["x"] }))).toEqual(invalid);
  });

  it("refuses a foreign key and every changed character", () => {
    expect(verify(signHs256(claims, `${secret}x`))).toEqual(invalid);
    const token = signHs256(claims, secret);
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
      expect(verify(changed), `character ${at}`).toEqual(invalid);
    }
  });

  it("refuses what is no token", () => {
    const token = signHs256(claims, secret);
    for (const other of ["", ".", "..", "a.b.c", `${token}.x`, `${token}=`, `${token} `, "x".repeat(10_000)]) {
      expect(verify(other)).toEqual(invalid);
    }
    for (const body of [null, [], "text", 7, { exp: 1 }, { nbf: 1 }, { exp: "9999999999", nbf: 0 }]) {
      const input = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(body)}`;
      expect(verify(`${input}.${hmac(input)}`)).toEqual(invalid);
    }
  });
});
