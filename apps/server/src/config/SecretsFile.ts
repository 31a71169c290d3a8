import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./ConfigError.ts";
import { newerSecrets, newSecrets } from "./newSecrets.ts";
import { secretsSchema, type Secrets } from "./Secrets.ts";

/** `secrets.json` of a data folder: read by this account alone, and written whole or not at all. */
export class SecretsFile {
  readonly path: string;

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    this.path = join(dataDir, "secrets.json");
  }

  /** What is in the file, which is made on the first run. Throws a ConfigError if others may read it or it is damaged. */
  load(): Secrets {
    return this.#read() ?? this.#make();
  }

  /** Written under another name and then renamed, so that nobody ever reads half a file. */
  replace(secrets: Secrets): void {
    renameSync(this.#writeDraft(secrets), this.path);
  }

  #read(): Secrets | undefined {
    const { path } = this;
    let text: string;
    try {
      if ((statSync(path).mode & 0o077) !== 0) {
        throw new ConfigError(`${path} can be read by others; fix it with: chmod 600 ${path}`);
      }
      text = readFileSync(path, "utf8");
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new ConfigError(`${path} cannot be read`, { cause: error });
    }
    const stored = parsed(text);
    const added = Object.entries(newerSecrets()).filter(([part]) => stored !== null && !(part in stored));
    let secrets: Secrets;
    try {
      secrets = secretsSchema.parse(stored && { ...stored, ...Object.fromEntries(added) });
    } catch {
      // The cause may quote the file.
      throw new ConfigError(
        `${path} is damaged; restore it, or remove it to make new secrets (integrators need the new ones)`,
      );
    }
    // Of an older version: what was made since is added, and all else stays.
    if (added.length > 0) this.replace(secrets);
    return secrets;
  }

  /** Linked, so that a second process that starts at the same time never replaces this one's. */
  #make(): Secrets {
    const secrets = newSecrets();
    const draft = this.#writeDraft(secrets);
    try {
      linkSync(draft, this.path);
      return secrets;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const winner = this.#read();
      if (winner === undefined) throw new ConfigError(`${this.path} disappeared while starting; start again`);
      return winner;
    } finally {
      rmSync(draft);
    }
  }

  #writeDraft(secrets: Secrets): string {
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return draft;
  }
}

/** The object that `text` holds, null where it holds none. */
function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
