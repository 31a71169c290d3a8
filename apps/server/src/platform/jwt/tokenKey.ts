import { hkdfSync } from "node:crypto";

/**
 * The key of one kind of token, made of the installation's token secret: every node has the same, no API client has it, and
 * none is taken for a token of another kind.
 */
export function tokenKey(tokenSecret: string, kind: "file" | "receipt" | "artifact"): string {
  return Buffer.from(hkdfSync("sha256", tokenSecret, "", `sotto/${kind}-token`, 32)).toString("base64url");
}
