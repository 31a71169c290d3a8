import { delimiter, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");
/** Everything that set-up makes for this checkout, apart from node_modules. */
export const stateFolder = join(root, ".sotto");
export const enginesFolder = join(stateFolder, "engines");
export const localBin = join(root, "node_modules", ".bin");

/** @returns {NodeJS.ProcessEnv} for our own programs: the pinned Node and the installed tools come first */
export function projectEnvironment() {
  return { ...process.env, PATH: [localBin, process.env.PATH].join(delimiter) };
}

/** @returns {NodeJS.ProcessEnv} for npm and go: without the project's own programs, which npm may be about to replace */
export function machineEnvironment() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...process.env, PATH: folders.join(delimiter) };
}
