import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";

/**
 * Puts an empty embedded database at `folder`. Making one takes seconds of computing, so the first one is kept in
 * `cacheDir` and copied from then on: for tests, and for images that are built with a warm cache.
 */
export async function placeEmptyDatabase(folder: string, cacheDir: string): Promise<void> {
  const cached = join(cacheDir, `empty-database-${pgliteVersion()}`);
  if (!existsSync(cached)) await makeAt(cached, async (draft) => (await PGlite.create(draft)).close());
  await makeAt(folder, (draft) => cp(cached, draft, { recursive: true }));
}

/** Under another name first: nobody ever finds half a database. If somebody else was faster, theirs stays. */
async function makeAt(folder: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${folder}.${process.pid}.${Date.now()}`;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    await make(draft);
    await rename(draft, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The files are those of one version of Postgres. */
function pgliteVersion(): string {
  const entry = fileURLToPath(import.meta.resolve("@electric-sql/pglite"));
  const { version } = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
