import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import type { Secrets } from "../config/Secrets.ts";
import { apiClientsOf, type ApiClient } from "./ApiClient.ts";

type ClientSecrets = Pick<Secrets, "api" | "clients">;

interface ApiClientsOptions {
  secrets: ClientSecrets;
  /** The secrets file, and how to read it again. */
  file: string;
  read: () => ClientSecrets;
  log: Logger;
}

/** How soon a client that was added, changed or revoked is one to a node. */
const lookEveryMs = 1000;

/** The API clients as the secrets file names them now: nothing has to be restarted for a change, since that could end meetings. */
export class ApiClients implements Disposable {
  readonly #file: string;
  readonly #onChange: () => void;
  #home: ApiClient;
  #byKey: ReadonlyMap<string, ApiClient>;

  constructor({ secrets, file, read, log }: ApiClientsOptions) {
    const [home, ...others] = apiClientsOf(secrets);
    this.#home = home;
    this.#byKey = byKey([home, ...others]);
    this.#file = file;
    this.#onChange = () => {
      try {
        this.#take(read());
        log.info({ clients: this.#byKey.size }, "the API clients were read again");
      } catch (error) {
        log.error({ err: error }, "the changed secrets file cannot be used; the API clients stay as they were");
      }
    };
    watchFile(file, { interval: lookEveryMs, persistent: false }, this.#onChange);
  }

  /** The installation's own; guests' meetings are its too. */
  get home(): ApiClient {
    return this.#home;
  }

  find(key: string): ApiClient | null {
    return this.#byKey.get(key) ?? null;
  }

  withId(id: string): ApiClient | null {
    return [...this.#byKey.values()].find((client) => client.id === id) ?? null;
  }

  [Symbol.dispose](): void {
    unwatchFile(this.#file, this.#onChange);
  }

  #take(secrets: ClientSecrets): void {
    const clients = apiClientsOf(secrets);
    this.#home = clients[0];
    this.#byKey = byKey(clients);
  }
}

/** Where two have the same key, it is the first one's. */
function byKey(clients: ApiClient[]): ReadonlyMap<string, ApiClient> {
  return new Map(clients.toReversed().map((client) => [client.key, client]));
}
