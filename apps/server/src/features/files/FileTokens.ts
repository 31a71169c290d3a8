import { fileIdSchema, participantIdSchema, sessionIdSchema } from "@sotto/protocol";
import { z } from "zod";
import type { Secrets } from "../../config/Secrets.ts";
import { AppError } from "../../platform/AppError.ts";
import { signHs256, verifyHs256 } from "../../platform/jwt/hs256.ts";
import { tokenKey } from "../../platform/jwt/tokenKey.ts";

const claimsSchema = z.object({
  use: z.enum(["upload", "download"]),
  sid: sessionIdSchema,
  pid: participantIdSchema,
  fileId: fileIdSchema,
});
export type FileClaims = z.infer<typeof claimsSchema>;

/** How long after it was made a token may begin a transfer. */
export const tokenLifetimeMs = 60_000;

/**
 * What lets one participant bring or fetch one blob: signed with a key of its own, so that it is no join token and every
 * node knows it. Whoever checks it also asks whether the participant is still there and may.
 */
export class FileTokens {
  readonly #key: string;

  constructor({ secret }: Secrets["tokens"]) {
    this.#key = tokenKey(secret, "file");
  }

  issue(claims: FileClaims): string {
    const now = Math.floor(Date.now() / 1000);
    return signHs256({ ...claims, nbf: now, exp: now + tokenLifetimeMs / 1000 }, this.#key);
  }

  /** Reads `Authorization: Bearer <token>`. Throws an AppError unless it is a token for just this. */
  verify(authorization: string | undefined, wanted: Pick<FileClaims, "use" | "fileId">): FileClaims {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw new AppError("token_missing", "a token for this file is required");
    const verified = verifyHs256(token, this.#key, Date.now());
    if (!verified.ok && verified.fault === "expired") {
      throw new AppError("token_expired", "the token for this file has expired; ask for another one");
    }
    const claims = claimsSchema.safeParse(verified.ok ? verified.claims : null);
    if (!claims.success || claims.data.use !== wanted.use || claims.data.fileId !== wanted.fileId) {
      throw new AppError("token_invalid", "this is not a token for this file");
    }
    return claims.data;
  }
}
