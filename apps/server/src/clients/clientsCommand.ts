import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { newApiKey, newSecret } from "../config/newSecrets.ts";
import type { Secrets } from "../config/Secrets.ts";
import { homeClientId } from "./roomScope.ts";

const clientsUsage = `npm run clients -- COMMAND [--config FILE]

  list                      the API clients: name, key, how many secrets are good
  add NAME                  makes a client; prints its key and its secret, which are shown this once
  rotate NAME               makes a new secret and prints it; the one before it stays good
  revoke NAME --previous    ends the secret before the newest
  revoke NAME               ends the client: its requests and the join tokens it made are refused, and nobody sees its
                            past rooms any more; running meetings go on

A running server on this machine follows within two seconds. Other nodes need the changed secrets.json. The installation's
own client is called ${homeClientId}; it is changed with rotate and cannot be revoked.`;

type Clients = Pick<Secrets, "api" | "clients">;

/** A wrong call, or one that cannot be followed; the message says why. */
export class ClientsCommandError extends Error {
  override readonly name = "ClientsCommandError";
}

/** Carries out one call of `npm run clients`: gives what to print, and the clients as they are then where that changed. */
export function clientsCommand(args: string[], now: Clients): { output: string; changed: Clients | null } {
  const { values, positionals } = parsed(args);
  const [command, name, ...others] = positionals;
  if (values.help) return { output: clientsUsage, changed: null };
  if (others.length > 0 || (values.previous && command !== "revoke")) throw new ClientsCommandError(clientsUsage);
  if (command === "list" && name === undefined) return { output: list(now), changed: null };
  if (name === undefined) throw new ClientsCommandError(clientsUsage);
  if (command === "add") return add(now, name);
  if (command === "rotate") return rotate(now, name);
  if (command === "revoke") return values.previous ? revokePrevious(now, name) : revoke(now, name);
  throw new ClientsCommandError(clientsUsage);
}

function parsed(args: string[]) {
  try {
    const options = {
      config: { type: "string" },
      help: { type: "boolean" },
      previous: { type: "boolean", default: false },
    } as const;
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new ClientsCommandError(`${(error as Error).message}\n\n${clientsUsage}`);
  }
}

function list({ api, clients }: Clients): string {
  const rows = [{ ...api, name: homeClientId, createdAt: "with the installation" }, ...clients];
  return rows
    .map(({ name, key, previousSecret, createdAt }) => {
      const secrets = previousSecret === undefined ? "1 secret" : "2 secrets";
      return [name.padEnd(24), key.padEnd(24), secrets.padEnd(10), createdAt].join("  ");
    })
    .join("\n");
}

function add(now: Clients, name: string) {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new ClientsCommandError("a client's name has 1 to 64 letters, digits, dots, - and _");
  }
  if (name === homeClientId || now.clients.some((client) => client.name === name)) {
    throw new ClientsCommandError(`there is a client called ${name} already`);
  }
  const client = {
    // Another one for every client, so that one called like a revoked one does not see what that one left.
    id: `c_${randomBytes(8).toString("hex")}`,
    name,
    key: newApiKey(),
    secret: newSecret(),
    createdAt: new Date().toISOString(),
  };
  return {
    output: `API key:    ${client.key}\nAPI secret: ${client.secret}`,
    changed: { ...now, clients: [...now.clients, client] },
  };
}

function rotate(now: Clients, name: string) {
  const secret = newSecret();
  return {
    output: `API secret: ${secret}\nThe one before it is good until: npm run clients -- revoke ${name} --previous`,
    changed: change(now, name, (old) => ({ secret, previousSecret: old.secret })),
  };
}

function revokePrevious(now: Clients, name: string) {
  const changed = change(now, name, ({ secret, previousSecret }) => {
    if (previousSecret === undefined) throw new ClientsCommandError(`${name} has one secret only`);
    return { secret };
  });
  return { output: `${name} has one secret now.`, changed };
}

function revoke(now: Clients, name: string) {
  if (name === homeClientId) {
    throw new ClientsCommandError(
      `${homeClientId} is the installation's own client; end its secrets with rotate and revoke ${homeClientId} --previous`,
    );
  }
  const clients = now.clients.filter((client) => client.name !== name);
  if (clients.length === now.clients.length) throw unknown(name);
  return { output: `${name} is revoked.`, changed: { ...now, clients } };
}

type Credentials = Pick<Secrets["api"], "secret" | "previousSecret">;

/** All clients, with other credentials for one of them. */
function change(now: Clients, name: string, next: (credentials: Credentials) => Credentials): Clients {
  const changed = <C extends Secrets["api"]>({ secret, previousSecret, ...rest }: C) => ({
    ...rest,
    ...next({ secret, previousSecret }),
  });
  if (name === homeClientId) return { ...now, api: changed(now.api) };
  if (!now.clients.some((client) => client.name === name)) throw unknown(name);
  return { ...now, clients: now.clients.map((client) => (client.name === name ? changed(client) : client)) };
}

function unknown(name: string): ClientsCommandError {
  return new ClientsCommandError(`there is no client called ${name}; npm run clients -- list`);
}
