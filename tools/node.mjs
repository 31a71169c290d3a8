import { join } from "node:path";
import { localBin } from "./paths.mjs";
import { ask } from "./run.mjs";
import { SetupError } from "./SetupError.mjs";
import { isAtLeast, parseVersion } from "./version.mjs";

/** Runs TypeScript by type stripping, without a flag and without a warning. */
const leastNode = [24];

/**
 * The Node that runs our own programs: the one the project pins as an npm package, or on a platform without such a package
 * the machine's own, if it is new enough.
 *
 * @returns {string} path of the program
 */
export function findNode() {
  for (const node of [join(localBin, "node"), process.execPath]) {
    const version = parseVersion(ask(node, ["--version"]));
    if (version !== undefined && isAtLeast(version, leastNode)) return node;
  }
  throw new SetupError(
    `There is no packaged Node 24 for this machine (${process.platform} ${process.arch}), and its own is ${process.version}. ` +
      "Install Node 24 or newer from https://nodejs.org and start again.",
  );
}
