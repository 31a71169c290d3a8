import type { Secrets } from "../config/Secrets.ts";
import { homeClientId } from "./roomScope.ts";

/** An integrator: calls the management API, signs join tokens, and sees what is its own. */
export interface ApiClient {
  /** Stays the same whatever becomes of its key and secrets. */
  id: string;
  key: string;
  /** The newest first. The one before it is good too until it is revoked, so that one can be changed without a gap. */
  secrets: readonly [string, ...string[]];
}

/** All clients of an installation, its own first. */
export function apiClientsOf({ api, clients }: Pick<Secrets, "api" | "clients">): [ApiClient, ...ApiClient[]] {
  return [clientOf({ ...api, id: homeClientId }), ...clients.map(clientOf)];
}

function clientOf({ id, key, secret, previousSecret }: Secrets["api"] & { id: string }): ApiClient {
  return { id, key, secrets: previousSecret === undefined ? [secret] : [secret, previousSecret] };
}
