import { z } from "zod";
import type { Secrets } from "../../config/Secrets.ts";
import { AppError } from "../../platform/AppError.ts";
import { signHs256, verifyHs256 } from "../../platform/jwt/hs256.ts";
import { tokenKey } from "../../platform/jwt/tokenKey.ts";

const claimsSchema = z.object({ id: z.uuid() });
const lifetimeSeconds = 300;

/** What lets whoever has it download one artifact. It stands in an address, so it is of little use for long. */
export class ArtifactTokens {
  readonly #key: string;

  constructor({ secret }: Secrets["tokens"]) {
    this.#key = tokenKey(secret, "artifact");
  }

  issue(artifactId: string): string {
    const now = Math.floor(Date.now() / 1000);
    return signHs256({ id: artifactId, nbf: now, exp: now + lifetimeSeconds }, this.#key);
  }

  /** The id of the artifact. Throws `token_expired`, `token_invalid`. */
  verify(token: string): string {
    const verified = verifyHs256(token, this.#key, Date.now());
    if (!verified.ok && verified.fault === "expired") {
      throw new AppError("token_expired", "the download link has expired; ask for another one");
    }
    const claims = claimsSchema.safeParse(verified.ok ? verified.claims : null);
    if (!claims.success) throw new AppError("token_invalid", "this is not a download link of this installation");
    return claims.data.id;
  }
}
