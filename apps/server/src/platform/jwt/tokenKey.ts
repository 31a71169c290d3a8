import { hkdfSync } from "node:crypto";

/**
 * The key of one kind of token, made of the API secret: every node has the same, and none is taken for a join token or for
 * one of another kind.
 */
export function tokenKey(apiSecret: string, kind: "file" | "receipt" | "artifact" | "recording"): string {
  return Buffer.from(hkdfSync("sha256", apiSecret, "", `sotto/${kind}-token`, 32)).toString("base64url");
}
