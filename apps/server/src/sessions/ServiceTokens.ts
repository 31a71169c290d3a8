import { hkdfSync, randomUUID } from "node:crypto";
import { jobIdSchema, joiningServiceSchema, sessionIdSchema } from "@sotto/protocol";
import { z } from "zod";
import { AppError } from "../platform/AppError.ts";
import { signHs256, verifyHs256 } from "../platform/jwt/hs256.ts";
import type { State } from "./State.ts";
import { sha256 } from "./tokens.ts";

const lifetimeSeconds = 60;
/** As long as a token could be shown at all, with the leeway of the check. */
const markerMs = 5 * 60_000;

const claimsSchema = z.object({
  service: joiningServiceSchema,
  sid: sessionIdSchema,
  /** Names the room's client too, which no id does that an integrator chooses (`clients/roomScope.ts`). */
  room_id: z.string(),
  job: jobIdSchema,
  jti: z.string().min(8).max(128),
});
export type ServiceClaims = z.infer<typeof claimsSchema>;

/**
 * Tokens with which a service process joins one session, once, within a minute. Their key is made of the seed that decides
 * who may connect to nats-server, which only the control plane has: neither the API secret nor the SFU's makes one.
 */
export class ServiceTokens {
  readonly #key: string;
  readonly #used: State["used"];

  constructor(issuerSeed: string, used: State["used"]) {
    this.#key = Buffer.from(hkdfSync("sha256", issuerSeed, "", "sotto/service-token", 32)).toString("base64url");
    this.#used = used;
  }

  issue(claims: Omit<ServiceClaims, "jti">): string {
    const now = Math.floor(Date.now() / 1000);
    return signHs256({ ...claims, jti: randomUUID(), nbf: now, exp: now + lifetimeSeconds }, this.#key);
  }

  /** What `Authorization: Bearer <token>` claims; null for what is no valid service token. */
  read(authorization: string | undefined): ServiceClaims | null {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    const verified = token === undefined ? null : verifyHs256(token, this.#key, Date.now());
    return verified?.ok ? (claimsSchema.safeParse(verified.claims).data ?? null) : null;
  }

  /** Uses the token up. Of any number of callers in the cluster one gets through; the others throw `token_used`. */
  async consume({ jti }: ServiceClaims): Promise<void> {
    if (!(await this.#used.createOnce(`service_${sha256(jti)}`, markerMs, 1))) throw AppError.tokenUsed();
  }
}
