// `npm test`: every test (unit, on the real engines, in a real browser), after obtaining what they need. Arguments are
// vitest's: `npm test -- packages/e2ee`, `npm test -- --project unit -t "key schedule"`. The last line is `N passed, N failed`.
import "./checkNode.mjs";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./interruption.mjs";
import { projectEnvironment, root } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { killGroup } from "./run.mjs";
import { countTests } from "./testCounts.mjs";
import { obtainTestPrograms } from "./testPrograms.mjs";

const resultsFolder = join(root, "test-results");
const report = join(resultsFolder, "vitest.json");
/** Long enough for vitest to let tests take their stacks down. */
const stopTimeoutMs = 20_000;

/**
 * @param {string} node
 * @param {string} chromium
 * @param {AbortSignal} signal
 * @returns {Promise<number>} vitest's exit code
 */
function runVitest(node, chromium, signal) {
  return new Promise((resolve, reject) => {
    const args = [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ];
    const vitest = spawn(node, [join(root, "node_modules/vitest/vitest.mjs"), ...args], {
      cwd: root,
      env: { ...projectEnvironment(), SOTTO_CHROMIUM: chromium },
      stdio: "inherit",
      detached: true,
    });
    const { pid } = vitest;
    vitest.once("error", reject);
    if (pid === undefined) return;
    signal.addEventListener("abort", () => {
      vitest.kill("SIGINT");
      setTimeout(() => killGroup(pid, "SIGKILL"), stopTimeoutMs).unref();
    });
    vitest.once("exit", (code) => resolve(code ?? 1));
  });
}

await runProgram(async (signal) => {
  const { node } = await prepare(signal);
  const { chromium } = await obtainTestPrograms(signal);
  mkdirSync(resultsFolder, { recursive: true });
  rmSync(report, { force: true });
  const exitCode = await runVitest(node, chromium, signal);
  signal.throwIfAborted();
  if (!existsSync(report)) {
    console.error("vitest ended without a report: see above.");
    console.log("0 passed, 1 failed");
    return 1;
  }
  const { passed, failed, brokenFiles } = countTests(JSON.parse(readFileSync(report, "utf8")), exitCode);
  for (const file of brokenFiles) console.error(`Could not be run: ${file}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
