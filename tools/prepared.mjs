// `npm run proof`, `npm run bench`: runs a program of this project after obtaining what it needs (packages, engines, page,
// Chromium, ffmpeg). Arguments: the program's file, then its own.
import "./checkNode.mjs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { runProgram } from "./interruption.mjs";
import { projectEnvironment, root } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { obtainTestPrograms } from "./testPrograms.mjs";

await runProgram(async (signal) => {
  const { node } = await prepare(signal);
  const { chromium } = await obtainTestPrograms(signal);
  const [file = "", ...args] = process.argv.slice(2);
  const env = { ...projectEnvironment(), SOTTO_CHROMIUM: chromium };
  const program = spawn(node, [join(root, file), ...args], { env, stdio: "inherit" });
  signal.addEventListener("abort", () => program.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    program.once("error", reject);
    program.once("exit", (code) => resolve(code ?? 1));
  });
});
