import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

interface LockFile {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
}

const { packages } = JSON.parse(
  readFileSync(join(resolve(import.meta.dirname, ".."), "package-lock.json"), "utf8"),
) as LockFile;

/** Where Node would find `name` from a package's folder, as a key of the lock file. */
function resolveFrom(folder: string, name: string): string | undefined {
  for (let from = folder; ; from = from.slice(0, Math.max(from.lastIndexOf("/node_modules/"), 0))) {
    const candidate = from === "" ? `node_modules/${name}` : `${from}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (from === "") return undefined;
  }
}

// npm leaves a package out of the lock file when the registry does not serve it, and then `npm ci` refuses the lock file on
// every machine. Take a version that is served for all platforms.
it("the lock file has every optional package, also those for other platforms", () => {
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => resolveFrom(folder, name) === undefined)
      .map((name) => `${name} of ${folder === "" ? "package.json" : folder}`),
  );
  expect(missing).toEqual([]);
});
