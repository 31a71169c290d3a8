import { createAccount, createUser } from "@nats-io/nkeys";
import { z } from "zod";
import { nkeyPublicKey } from "./nkey.ts";

const seedSchema = (kind: "U" | "A") => z.string().regex(new RegExp(`^S${kind}[A-Z2-7]{56}$`), "not an nkey seed");

/**
 * nkey seeds of the control plane's six connections, of its workers, and of the account key that signs the callout's answers. Whoever
 * holds them is the control plane; nats-server only ever sees the public halves.
 */
export const natsKeysSchema = z.strictObject({
  /** Answers participants' requests and broadcasts state (account MEET). */
  rpc: seedSchema("U"),
  /** Writes and administers the sessions' streams (account MEET). */
  streams: seedSchema("U"),
  /** The control plane's own state (account CORE). */
  state: seedSchema("U"),
  /** Connection events and kicks (account SYS). */
  system: seedSchema("U"),
  /** The auth callout service (account AUTH). */
  auth: seedSchema("U"),
  /** Gives work to workers (account JOBS). */
  jobs: seedSchema("U"),
  /** Of recorders and transcribers, which are processes of their own (account JOBS). */
  worker: seedSchema("U"),
  /** Signs the auth callout's answers. */
  issuer: seedSchema("A"),
});
export type NatsKeys = z.infer<typeof natsKeysSchema>;

/** The public half of each key, as nats.conf needs them. */
export type NatsPublicKeys = Record<keyof NatsKeys, string>;

export function generateNatsKeys(): NatsKeys {
  const user = () => new TextDecoder().decode(createUser().getSeed());
  return {
    rpc: user(),
    streams: user(),
    state: user(),
    system: user(),
    auth: user(),
    jobs: user(),
    worker: user(),
    issuer: new TextDecoder().decode(createAccount().getSeed()),
  };
}

export function natsPublicKeys(keys: NatsKeys): NatsPublicKeys {
  return {
    rpc: nkeyPublicKey(keys.rpc),
    streams: nkeyPublicKey(keys.streams),
    state: nkeyPublicKey(keys.state),
    system: nkeyPublicKey(keys.system),
    auth: nkeyPublicKey(keys.auth),
    jobs: nkeyPublicKey(keys.jobs),
    worker: nkeyPublicKey(keys.worker),
    issuer: nkeyPublicKey(keys.issuer),
  };
}
