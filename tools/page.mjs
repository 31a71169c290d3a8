import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainFailure } from "./explainFailure.mjs";
import { projectEnvironment, root, stateFolder } from "./paths.mjs";
import { step } from "./progress.mjs";
import { run } from "./run.mjs";

const web = join(root, "apps", "web");
const stamp = join(stateFolder, "page-inputs.sha256");

/** What the built page is made of, relative to the root: folders whole, and files. */
const inputs = [
  "apps/web/src",
  "apps/web/public",
  "apps/web/index.html",
  "apps/web/recorder.html",
  "apps/web/vite.config.ts",
  "packages/client",
  "packages/e2ee",
  "packages/protocol",
  "package-lock.json",
];

/**
 * Builds the page into apps/web/dist unless it is there, made of the same sources.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function buildPage(signal) {
  const hash = hashOf(inputs.map((path) => join(root, path)));
  const built =
    existsSync(join(web, "dist", "index.html")) && existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
  if (built === hash) return;
  await step("page", async (update) => {
    update("building");
    const { code, tail } = await run("vite", ["build", "--logLevel", "warn"], {
      cwd: web,
      env: projectEnvironment(),
      signal,
    });
    if (code !== 0) throw explainFailure("vite build", tail);
    update("built");
  });
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(stamp, hash);
}

/** @param {string[]} paths files and folders @returns {string} over every file's path and content; tests are not part of the page */
function hashOf(paths) {
  const hash = createHash("sha256");
  /** @param {string} path */
  const add = (path) => {
    if (!existsSync(path) || /node_modules|\.test\.tsx?$/.test(path.slice(root.length))) return;
    const entries = readEntries(path);
    if (entries === undefined)
      hash
        .update(`${path.slice(root.length)}\0`)
        .update(readFileSync(path))
        .update("\0");
    else for (const name of entries.toSorted()) add(join(path, name));
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

/** @param {string} path @returns {string[] | undefined} the names in a folder; undefined for a file */
function readEntries(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOTDIR") return undefined;
    throw error;
  }
}
