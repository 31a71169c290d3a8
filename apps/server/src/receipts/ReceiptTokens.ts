import { sessionIdSchema } from "@sotto/protocol";
import { z } from "zod";
import type { Secrets } from "../config/Secrets.ts";
import { AppError } from "../platform/AppError.ts";
import { signHs256, verifyHs256 } from "../platform/jwt/hs256.ts";
import { tokenKey } from "../platform/jwt/tokenKey.ts";

const claimsSchema = z.object({ roomId: z.string(), sessionId: sessionIdSchema });
export type ReceiptClaims = z.infer<typeof claimsSchema>;

/** Long enough to read the page after a meeting. */
const lifetimeSeconds = 600;

/** What lets the hosts of a session read its receipt, and nothing else, when they are out of it. */
export class ReceiptTokens {
  readonly #key: string;

  constructor({ secret }: Secrets["tokens"]) {
    this.#key = tokenKey(secret, "receipt");
  }

  issue(claims: ReceiptClaims): string {
    const now = Math.floor(Date.now() / 1000);
    return signHs256({ ...claims, nbf: now, exp: now + lifetimeSeconds }, this.#key);
  }

  /** Reads `Authorization: Bearer <token>`. Throws an AppError unless it is a token for a receipt. */
  verify(authorization: string | undefined): ReceiptClaims {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw new AppError("token_missing", "a token for this receipt is required");
    const verified = verifyHs256(token, this.#key, Date.now());
    if (!verified.ok && verified.fault === "expired") {
      throw new AppError("token_expired", "the token for this receipt has expired; the management API has it too");
    }
    const claims = claimsSchema.safeParse(verified.ok ? verified.claims : null);
    if (!claims.success) throw new AppError("token_invalid", "this is not a token for a receipt");
    return claims.data;
  }
}
