import { existsSync } from "node:fs";
import { explainFailure } from "./explainFailure.mjs";
import { step } from "./progress.mjs";
import { ask, run } from "./run.mjs";
import { SetupError } from "./SetupError.mjs";

const chromiums = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** What the tests of captions need; they are left out where it is not to be had. */
const speech = ["pocketsphinx", "pocketsphinx-en-us", "pocketsphinx-testdata"];

/**
 * What the tests need and the product does not: a Chromium to test in, ffmpeg to look at what it recorded, and a
 * recogniser with something to recognise. Installs them on Debian and its relatives when that is allowed, else says how.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<{ chromium: string }>} the Chromium to use
 */
export async function obtainTestPrograms(signal) {
  const missing = [...(findChromium() === undefined ? ["chromium"] : []), ...(hasFfmpeg() ? [] : ["ffmpeg"])];
  const wanted = [...missing, ...(hasSpeech() || !mayInstall() ? [] : speech)];
  if (wanted.length > 0) await aptInstall(wanted, signal);
  const chromium = findChromium();
  if (chromium === undefined || !hasFfmpeg()) throw new SetupError(howToInstall(missing));
  return { chromium };
}

/** @returns {string | undefined} */
function findChromium() {
  const named = process.env.SOTTO_CHROMIUM;
  if (named === undefined || named === "")
    return chromiums.find((program) => ask(program, ["--version"]) !== undefined);
  if (ask(named, ["--version"]) !== undefined) return named;
  throw new SetupError(`SOTTO_CHROMIUM names ${named}, which does not run. Correct or unset the variable.`);
}

const hasSpeech = () => existsSync("/usr/share/pocketsphinx/test/data/goforward.raw");
const mayInstall = () => existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
const hasFfmpeg = () => ask("ffmpeg", ["-version"]) !== undefined;

/** @param {string[]} packages @param {AbortSignal} signal */
async function aptInstall(packages, signal) {
  if (!mayInstall()) throw new SetupError(howToInstall(packages));
  await step(packages.join(", "), async (update) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
      const { code, tail } = await run("apt-get", ["-o", "Acquire::Retries=3", ...args], {
        env,
        signal,
        onLine: (line) => update(line.slice(0, 50)),
      });
      if (code !== 0) throw explainFailure(`apt-get ${args.join(" ")}`, tail);
    }
    update("installed");
  });
}

/** @param {string[]} packages @returns {string} */
function howToInstall(packages) {
  const how =
    process.platform === "darwin"
      ? `brew install ${packages.map((name) => (name === "chromium" ? "--cask google-chrome" : name)).join(" && brew install ")}`
      : `sudo apt-get install -y ${packages.join(" ")}`;
  return (
    `The tests run in a real browser; ${packages.join(" and ")} ${packages.length === 1 ? "is" : "are"} missing. Install with\n    ${how}\n` +
    "or what your system has for that, and start again. A Chromium elsewhere can be named by SOTTO_CHROMIUM."
  );
}
