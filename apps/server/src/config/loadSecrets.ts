import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateNatsKeys } from "../platform/nats/natsKeys.ts";
import { generateReceiptKey } from "../receipts/ReceiptKey.ts";
import { ConfigError } from "./ConfigError.ts";
import type { Config } from "./configSchema.ts";
import { secretsSchema, type Secrets } from "./Secrets.ts";

/**
 * Reads `<dataDir>/secrets.json`, making it on the first run. Keys named in the configuration replace those of the
 * file. Throws a ConfigError if others may read the file or if it is damaged.
 */
export function loadSecrets(dataDir: string, { api, livekit }: Pick<Config, "api" | "livekit">): Secrets {
  const file = join(dataDir, "secrets.json");
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const secrets = read(file) ?? make(file);
  return {
    ...secrets,
    api: api.key !== undefined && api.secret !== undefined ? { key: api.key, secret: api.secret } : secrets.api,
    livekit:
      livekit.key !== undefined && livekit.secret !== undefined
        ? { key: livekit.key, secret: livekit.secret }
        : secrets.livekit,
  };
}

function read(file: string): Secrets | undefined {
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new ConfigError(`${file} can be read by others; fix it with: chmod 600 ${file}`);
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ConfigError(`${file} cannot be read`, { cause: error });
  }
  let secrets: Secrets;
  const stored = parsed(text);
  const added = stored === null ? {} : addedSince(stored);
  const isOlder = Object.keys(added).length > 0;
  try {
    secrets = secretsSchema.parse(isOlder ? { ...stored, ...added } : stored);
  } catch {
    // The cause may quote the file.
    throw new ConfigError(
      `${file} is damaged; restore it, or remove it to make new secrets (integrators need the new ones)`,
    );
  }
  if (isOlder) replace(file, secrets);
  return secrets;
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

/** What a file of an older version lacks: the key of receipts, and of the connections that workers came with. */
function addedSince(stored: { receipts?: unknown; nats?: unknown }): object {
  const { nats } = stored;
  const lacksJobs = typeof nats === "object" && nats !== null && !("jobs" in nats) && !("worker" in nats);
  const { jobs, worker } = generateNatsKeys();
  return {
    ...(!("receipts" in stored) && { receipts: newReceiptKey() }),
    ...(lacksJobs && { nats: { ...nats, jobs, worker } }),
  };
}

function newReceiptKey(): Secrets["receipts"] {
  return { privateKey: generateReceiptKey() };
}

/** Written under another name and then linked, so that a second process never reads half a file or replaces this one. */
function make(file: string): Secrets {
  const secrets: Secrets = {
    api: { key: `SOTTO${randomBytes(9).toString("hex")}`, secret: randomBytes(36).toString("base64url") },
    livekit: { key: `LK${randomBytes(9).toString("hex")}`, secret: randomBytes(36).toString("base64url") },
    nats: generateNatsKeys(),
    receipts: newReceiptKey(),
  };
  const draft = writeDraft(file, secrets);
  try {
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const winner = read(file);
    if (winner === undefined) throw new ConfigError(`${file} disappeared while starting; start again`);
    return winner;
  } finally {
    rmSync(draft);
  }
}

/** Of an older version: what was made since is added, and all else stays. */
function replace(file: string, secrets: Secrets): void {
  renameSync(writeDraft(file, secrets), file);
}

function writeDraft(file: string, secrets: Secrets): string {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  return draft;
}
