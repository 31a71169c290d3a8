import { randomUUID } from "node:crypto";
import { personNameSchema, roomIdSchema, userMetadataSchema, type JoinTokenRequest } from "@sotto/protocol";
import { z } from "zod";
import { AppError } from "../platform/AppError.ts";
import type { ApiClient } from "../clients/ApiClient.ts";
import type { ApiClients } from "../clients/ApiClients.ts";
import { homeClientId, scopedRoomId } from "../clients/roomScope.ts";
import { claimedIssuer, signHs256, verifyHs256 } from "../platform/jwt/hs256.ts";
import type { State } from "./State.ts";
import { sha256 } from "./tokens.ts";

const lifetimeSeconds = 600;
/** How long a used token stays marked after it has expired: more than the leeway of the check. */
const markerMarginSeconds = 120;

const claimsSchema = z.object({
  sub: z.string().max(255),
  nbf: z.int(),
  exp: z.number(),
  jti: z.string().min(8).max(128),
  room_id: roomIdSchema,
  name: personNameSchema,
  is_admin: z.boolean().default(false),
  is_hidden: z.boolean().default(false),
  user_metadata: userMetadataSchema.prefault({}),
  /** A token for whoever has a guest meeting's link; that person may choose a name. */
  guest: z.boolean().default(false),
  /** Which memory of used tokens it was made under; where a token does not say it, the time it was made has to do. */
  memory: z.int().optional(),
});
/** A token's claims as they hold here: `room_id` is the id that the issuing client's room is kept under. */
export type JoinClaims = z.infer<typeof claimsSchema> & { clientId: string };

export type JoinTokenInput = JoinTokenRequest["user_info"] & { room_id: string; guest?: boolean };

/** Join tokens: one person, one room of one API client, ten minutes, one use. */
export class JoinTokens {
  readonly #clients: ApiClients;
  readonly #used: State["used"];

  constructor(clients: ApiClients, used: State["used"]) {
    this.#clients = clients;
    this.#used = used;
  }

  /** A client's token as `getJoinToken` answers it; what the integrator attached to the person travels in it. */
  issue(client: ApiClient, { room_id, guest, user_metadata, ...person }: JoinTokenInput): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: client.key,
      sub: person.user_id,
      nbf: now,
      exp: now + lifetimeSeconds,
      jti: randomUUID(),
      room_id,
      name: person.name,
      user_id: person.user_id,
      is_admin: person.is_admin,
      is_hidden: person.is_hidden,
      client_type: person.client_type ?? "WEB",
      user_metadata,
      ...(guest && { guest }),
      memory: this.#used.createdAtMs,
    };
    return signHs256(claims, client.secrets[0]);
  }

  /** Reads `Authorization: Bearer <token>`. Throws an AppError that says what is wrong with it. */
  verify(authorization: string | undefined): JoinClaims {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) throw AppError.tokenMissing();
    const client = this.#clients.find(claimedIssuer(token) ?? "");
    if (client === null) throw AppError.tokenInvalid();
    const verified = verifyHs256(token, client.secrets, Date.now());
    if (!verified.ok) {
      if (verified.fault === "expired") throw AppError.tokenExpired();
      if (verified.fault === "not_yet_valid") throw AppError.tokenNotYetValid();
      throw AppError.tokenInvalid();
    }
    const claims = claimsSchema.safeParse(verified.claims);
    if (!claims.success || verified.claims.iss !== client.key) throw AppError.tokenInvalid();
    if (!this.#isRemembered(claims.data)) throw AppError.tokenExpired();
    const { id: clientId } = client;
    return { ...claims.data, clientId, room_id: scopedRoomId(clientId, claims.data.room_id) };
  }

  /** Markers die with the memory of NATS: a token from before that may have been used. */
  #isRemembered({ memory, nbf }: z.infer<typeof claimsSchema>): boolean {
    const { createdAtMs } = this.#used;
    return memory === undefined ? nbf * 1000 >= createdAtMs : memory === createdAtMs;
  }

  async isUsed(claims: JoinClaims): Promise<boolean> {
    return (await this.#used.get(markerKey(claims))) !== null;
  }

  /** Uses the token up. Of any number of callers in the cluster one gets through; the others throw `token_used`. */
  async consume(claims: JoinClaims): Promise<void> {
    const ttlMs = claims.exp * 1000 - Date.now() + markerMarginSeconds * 1000;
    if (!(await this.#used.createOnce(markerKey(claims), ttlMs, 1))) throw AppError.tokenUsed();
    if (!this.#isRemembered(claims)) throw AppError.tokenExpired();
  }

  /** Gives a token back whose join failed before anything was handed out. */
  async release(claims: JoinClaims): Promise<void> {
    await this.#used.purgePrefix(markerKey(claims));
  }
}

/** No client can use up another one's token. */
function markerKey({ clientId, jti }: JoinClaims): string {
  return `token_${sha256(clientId === homeClientId ? jti : `${clientId}\n${jti}`)}`;
}
