import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requireDiskSpace } from "./diskSpace.mjs";
import { explainFailure } from "./explainFailure.mjs";
import { machineEnvironment, root } from "./paths.mjs";
import { step } from "./progress.mjs";
import { run } from "./run.mjs";
import { SetupError } from "./SetupError.mjs";

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage */

/** @param {string} path @returns {Record<string, LockedPackage> | undefined} packages of a lock file by folder */
function lockedPackages(path) {
  if (!existsSync(path)) return undefined;
  /** @type {{ packages: Record<string, LockedPackage> }} */
  const { packages } = JSON.parse(readFileSync(path, "utf8"));
  return packages;
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm notes what it installed in a lock file of its own;
 * packages for other platforms are in the one and not in the other.
 *
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage> | undefined} installed
 * @returns {boolean}
 */
export function areInstalled(wanted, installed) {
  if (installed === undefined) return false;
  const folders = Object.keys(wanted).filter((folder) => folder.includes("node_modules/"));
  return folders.every((folder) => {
    const present = installed[folder];
    if (present === undefined) return wanted[folder]?.optional === true;
    return present.integrity === wanted[folder]?.integrity && present.version === wanted[folder]?.version;
  });
}

/**
 * Installs the packages with `npm ci` unless they are there.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function installDependencies(signal) {
  const wanted = lockedPackages(join(root, "package-lock.json"));
  if (wanted === undefined) {
    throw new SetupError("package-lock.json is missing: this is not a complete copy of Sotto. Clone it again.");
  }
  const installed = lockedPackages(join(root, "node_modules", ".package-lock.json"));
  if (areInstalled(wanted, installed)) return;
  await step("packages", (update) => npmCi(Object.keys(wanted).length, update, signal));
}

/**
 * @param {number} total
 * @param {(detail: string) => void} update
 * @param {AbortSignal} signal
 */
async function npmCi(total, update, signal) {
  requireDiskSpace(root, 1.5);
  let fetched = 0;
  const { code, tail } = await run("npm", ["ci", "--loglevel=http", "--no-audit", "--no-fund"], {
    cwd: root,
    env: machineEnvironment(),
    signal,
    onLine(line) {
      if (/^npm http (fetch|cache)/.test(line)) fetched += 1;
      update(fetched < total ? `${fetched} of about ${total}` : "unpacking");
    },
  });
  if (code === 127)
    throw new SetupError(
      "npm is missing. It comes with Node: install a current Node from https://nodejs.org and start again.",
    );
  if (code !== 0) throw explainFailure("npm ci", withoutNoise(tail));
  update("installed");
}

/** @param {string} tail @returns {string} without the lines of the progress and of npm's manual, which it prints with an error */
function withoutNoise(tail) {
  const lines = tail.split("\n").filter((line) => !/^npm (http|warn)/.test(line));
  const manual = lines.findIndex((line) => line.includes("Clean install a project"));
  return lines.slice(0, manual === -1 ? undefined : manual).join("\n");
}
