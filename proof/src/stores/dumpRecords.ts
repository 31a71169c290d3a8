import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** Every row of the embedded databases below these folders, whatever tables there are, as one line each. */
export async function dumpRecords(dataFolders: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const folder of dataFolders.map((each) => join(each, "records")).filter((each) => existsSync(each))) {
    lines.push(...(await dump(folder)));
  }
  return lines;
}

/** From a copy, as somebody has who takes the disk: what was committed is in it. */
async function dump(folder: string): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), "sotto-records-"));
  try {
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, "postmaster.pid"), { force: true });
    const database = await PGlite.create(copy);
    try {
      const { rows: tables } = await database.query<{ schema: string; name: string }>(
        "select table_schema as schema, table_name as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')",
      );
      const lines: string[] = [];
      for (const { schema, name } of tables) {
        const { rows } = await database.query(`select * from "${schema}"."${name}"`);
        lines.push(...rows.map((row) => `row of ${name}: ${JSON.stringify(row)}`));
      }
      return lines;
    } finally {
      await database.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
