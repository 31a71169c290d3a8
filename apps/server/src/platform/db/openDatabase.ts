import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { migrate as migratePostgres } from "drizzle-orm/node-postgres/migrator";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import pg from "pg";
import type { Logger } from "pino";
import { placeEmptyDatabase } from "./emptyDatabase.ts";

export type Sql = PgDatabase<PgQueryResultHKT>;

/** The records, migrated to the newest version. */
export interface Database extends AsyncDisposable {
  sql: Sql;
}

const migrationsFolder = resolve(import.meta.dirname, "../../../drizzle");
/** Beside the engines, which are obtained once per installation too. */
const cacheDir = resolve(import.meta.dirname, "../../../../../.sotto");
/** Any number that no other program on the same Postgres uses: several nodes that start together migrate one by one. */
const migrationLock = 7_688_611;

/** Postgres where a URL is given, else an embedded one in the data folder: same SQL, same migrations. */
export function openDatabase({
  url,
  dataDir,
  log,
}: {
  url: string | undefined;
  dataDir: string;
  log: Logger;
}): Promise<Database> {
  return url === undefined ? openEmbedded(dataDir, log) : openPostgres(url, log);
}

async function openEmbedded(dataDir: string, log: Logger): Promise<Database> {
  const folder = join(dataDir, "records");
  if (!existsSync(folder)) {
    // Without a place for the cache the database is made where it belongs.
    await placeEmptyDatabase(folder, cacheDir).catch((error: unknown) => log.debug({ err: error }, "no cache"));
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const client = await PGlite.create(folder);
  const sql = drizzlePglite({ client });
  await migratePglite(sql, { migrationsFolder });
  return { sql, [Symbol.asyncDispose]: () => client.close() };
}

async function openPostgres(url: string, log: Logger): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  pool.on("error", (error) => log.error({ err: error }, "an idle connection to Postgres was lost"));
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    await migratePostgres(drizzlePostgres({ client }), { migrationsFolder });
  } finally {
    await client.query("select pg_advisory_unlock_all()");
    client.release();
  }
  return { sql: drizzlePostgres({ client: pool }), [Symbol.asyncDispose]: () => pool.end() };
}
