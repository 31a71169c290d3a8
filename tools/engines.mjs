import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { requireDiskSpace } from "./diskSpace.mjs";
import { explainFailure } from "./explainFailure.mjs";
import { enginesFolder, machineEnvironment, stateFolder } from "./paths.mjs";
import { step } from "./progress.mjs";
import { ask, run } from "./run.mjs";
import { SetupError } from "./SetupError.mjs";
import { isAtLeast, parseVersion } from "./version.mjs";

/**
 * @typedef {object} Engine
 * @property {string} name of the program
 * @property {string} variable names a program to use instead
 * @property {string} versionFlag
 * @property {import("./version.mjs").Version} least oldest version that works, when it is the machine's own
 * @property {string} module what `go install` builds
 * @property {string} version of it, the one Sotto is tested with
 * @property {string} built name that `go install` gives the program
 * @property {string} usual how long building it takes on a small machine
 */

/** @type {readonly Engine[]} */
export const engines = [
  {
    name: "nats-server",
    variable: "SOTTO_NATS_SERVER_BIN",
    versionFlag: "-v",
    least: [2, 12],
    module: "github.com/nats-io/nats-server/v2",
    version: "2.15.2",
    built: "nats-server",
    usual: "about 1 min",
  },
  {
    // The newest that `go install` takes: the go.mod of later ones has replace directives.
    name: "livekit-server",
    variable: "SOTTO_LIVEKIT_SERVER_BIN",
    versionFlag: "--version",
    least: [1, 9],
    module: "github.com/livekit/livekit-server/cmd/server",
    version: "1.13.5",
    built: "server",
    usual: "about 2 min",
  },
];

/** Go fetches the toolchain a module asks for by itself since this version. */
const leastGo = [1, 21];

/**
 * Makes sure that the control plane finds nats-server and livekit-server: named by a variable, built here before, on PATH
 * in a version that works, or else built now. (The control plane looks in the same places, in the same order.)
 *
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export async function obtainEngines(signal) {
  const missing = engines.filter((engine) => !isPresent(engine));
  if (missing.length === 0) return;
  const go = findGo(missing);
  requireDiskSpace(homedir(), 2.5);
  for (const engine of missing) await step(engine.name, (update) => build(engine, go, update, signal));
}

/** @param {Engine} engine @returns {boolean} */
function isPresent({ name, variable, versionFlag, version, least }) {
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    const found = parseVersion(ask(named, [versionFlag]));
    if (found !== undefined && isAtLeast(found, least)) return true;
    throw new SetupError(
      found === undefined
        ? `${variable} names ${named}, which is not a ${name} that runs here. Correct or unset the variable.`
        : `${variable} names ${name} ${found.join(".")}; Sotto needs ${least.join(".")} or newer. Correct or unset the variable.`,
    );
  }
  if (parseVersion(ask(join(enginesFolder, name), [versionFlag]))?.join(".") === version) return true;
  const onPath = parseVersion(ask(name, [versionFlag]));
  return onPath !== undefined && isAtLeast(onPath, least);
}

/** @param {readonly Engine[]} missing @returns {string} the go command */
function findGo(missing) {
  const names = missing.map(({ name }) => name).join(" and ");
  const variables = missing.map(({ variable }) => variable).join(" and ");
  for (const go of ["go", "/usr/local/go/bin/go"]) {
    const version = parseVersion(ask(go, ["version"]));
    if (version === undefined) continue;
    if (isAtLeast(version, leastGo)) return go;
    throw new SetupError(
      `Go ${version.join(".")} is too old to build ${names}. Install Go 1.26 or newer from https://go.dev/dl/ and start again.`,
    );
  }
  throw new SetupError(
    `Go is missing; ${names} ${missing.length === 1 ? "is" : "are"} built with it, once. ` +
      "Install Go 1.26 or newer from https://go.dev/dl/ and start again.\n" +
      `Or name programs you have by ${variables}, or use deploy/compose.yaml, which needs neither Go nor Node.`,
  );
}

/**
 * @param {Engine} engine
 * @param {string} go
 * @param {(detail: string) => void} update
 * @param {AbortSignal} signal
 */
async function build({ name, module, version, built, usual }, go, update, signal) {
  mkdirSync(stateFolder, { recursive: true });
  mkdirSync(enginesFolder, { recursive: true });
  // Built aside and renamed, so that a program that is there is whole, also with two set-ups at once.
  const aside = mkdtempSync(join(stateFolder, "build-"));
  let downloaded = 0;
  let compiled = 0;
  update(`building, ${usual}`);
  try {
    const target = `${module}@v${version}`;
    const { code, tail } = await run(go, ["install", "-v", target], {
      cwd: aside,
      env: goEnvironment(aside),
      signal,
      onLine(line) {
        if (line.startsWith("go: downloading")) downloaded += 1;
        else compiled += 1;
        update(compiled === 0 ? `downloading, ${downloaded} modules` : `compiling (${usual}), ${compiled} packages`);
      },
    });
    if (code !== 0) throw explainFailure(`go install ${target}`, tail);
    renameSync(join(aside, built), join(enginesFolder, name));
    update(`built ${version}`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @param {string} bin where the program is put @returns {NodeJS.ProcessEnv} */
function goEnvironment(bin) {
  // A machine set to vendor, or to build for another platform, must not get in the way of a program for this one.
  const { GOOS: _os, GOARCH: _arch, GOFLAGS: flags = "", ...env } = machineEnvironment();
  const otherFlags = flags.split(" ").filter((flag) => flag !== "" && !flag.startsWith("-mod="));
  return { ...env, GOBIN: bin, GOFLAGS: [...otherFlags, "-mod=mod"].join(" "), CGO_ENABLED: "0", GOWORK: "off" };
}
