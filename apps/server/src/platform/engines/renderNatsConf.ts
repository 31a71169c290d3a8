import { accounts, serviceAccess } from "../nats/accounts.ts";
import type { NatsPublicKeys } from "../nats/natsKeys.ts";
import { maxParticipantSubscriptions } from "../nats/participantGrant.ts";

export interface NatsConfInput {
  clientPort: number;
  websocketPort: number;
  storeDirectory: string;
  keys: NatsPublicKeys;
  /** What the streams and buckets of all sessions may hold together. */
  maxMemoryBytes: number;
  /** Participants connected at the same time. */
  maxConnections: number;
}

/** The callout is asked within this time or the connection is refused; a thousand people may come back at once. */
const authTimeoutSeconds = 5;
/** A share of the memory is for the control plane's own state, which must not starve when people talk a lot. */
const stateShare = 0.25;
/** Whoever does not answer three times is gone: a closed laptop should not stay in the list of people for minutes. */
const pingSeconds = 10;
/** Answers to participants (a large roster, say) need more than participants may send. */
const maxPayloadBytes = 1024 * 1024;

/**
 * nats.conf of a single nats-server that listens on loopback only: five accounts, the nkey users of the control plane and its workers
 * with the subjects each needs, and the auth callout for everybody else. JSON strings are valid there.
 *
 * nats-server 2.15 applies neither the subscription nor the payload limit of a callout's user claims, so the account
 * sets the first and the `/nats` proxy the second.
 */
export function renderNatsConf(input: NatsConfInput): string {
  const { keys, maxMemoryBytes } = input;
  const stateBytes = Math.floor(maxMemoryBytes * stateShare);
  const authUsers = Object.keys(serviceAccess).map((name) => keys[name as keyof typeof serviceAccess]);
  return `# Written at each start; changes are lost.
server_name: "sotto"
listen: "127.0.0.1:${input.clientPort}"
max_payload: ${maxPayloadBytes}
logtime: false
ping_interval: "${pingSeconds}s"
ping_max: 2

websocket {
  listen: "127.0.0.1:${input.websocketPort}"
  no_tls: true
  compression: false
}

jetstream {
  store_dir: ${JSON.stringify(input.storeDirectory)}
  max_memory_store: ${maxMemoryBytes}
  max_file_store: 0
}

system_account: ${accounts.system}

authorization {
  timeout: ${authTimeoutSeconds}
  auth_callout {
    issuer: ${keys.issuer}
    account: ${accounts.auth}
    auth_users: ${JSON.stringify(authUsers)}
  }
}

accounts {
  ${accounts.auth} {
    ${users(accounts.auth, keys)}
  }
  ${accounts.core} {
    jetstream { max_memory: ${stateBytes}, max_file: 0 }
    ${users(accounts.core, keys)}
  }
  ${accounts.jobs} {
    ${users(accounts.jobs, keys)}
  }
  ${accounts.meet} {
    jetstream { max_memory: ${maxMemoryBytes - stateBytes}, max_file: 0 }
    limits {
      max_connections: ${input.maxConnections}
      max_subscriptions: ${maxParticipantSubscriptions}
      max_payload: ${maxPayloadBytes}
    }
    ${users(accounts.meet, keys)}
  }
  ${accounts.system} {
    ${users(accounts.system, keys)}
  }
}
`;
}

/** The account's users, and a default for anybody else who ends up in it: nothing. */
function users(account: string, keys: NatsPublicKeys): string {
  const rendered = Object.entries(serviceAccess)
    .filter(([, access]) => access.account === account)
    .map(([name, { publish, subscribe }]) => {
      const nkey = keys[name as keyof typeof serviceAccess];
      const permissions = `{ publish: { allow: ${JSON.stringify(publish)} }, subscribe: { allow: ${JSON.stringify(subscribe)} } }`;
      return `{ nkey: ${nkey}, allowed_connection_types: ["STANDARD"], permissions: ${permissions} }`;
    });
  return [
    `default_permissions: { publish: { deny: ">" }, subscribe: { deny: ">" } }`,
    `users: [\n      ${rendered.join(",\n      ")}\n    ]`,
  ].join("\n    ");
}
