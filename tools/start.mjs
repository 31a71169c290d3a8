// `npm start`: from a fresh clone to a running Sotto. Arguments are the control plane's (`npm start -- --config FILE`).
// `npm run engines`: the engines alone, for a control plane that comes and goes without them.
// `npm run recorder`, `npm run transcriber`: a worker alone, for a control plane elsewhere.
import "./checkNode.mjs";
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { runProgram } from "./interruption.mjs";
import { projectEnvironment, root } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { killGroup } from "./run.mjs";

/** Longer than the control plane takes to say goodbye to everybody and to stop its engines. */
const stopTimeoutMs = 20_000;
/** Ctrl-C below npm arrives twice, from the terminal and from npm; a later one means that the person will not wait. */
const sameCtrlCMs = 1000;

/** What else can be run, by the first argument. */
const programs = new Map([
  ["engines", "apps/server/src/runEngines.ts"],
  ["recorder", "apps/recorder/src/main.ts"],
  ["transcriber", "apps/transcriber/src/main.ts"],
]);

/**
 * Runs the control plane until it ends or we are asked to stop. It is the leader of a process group of its own: Ctrl-C
 * reaches it once, through us, and not also its engines behind its back.
 *
 * @param {string} node
 * @param {AbortSignal} signal
 * @returns {Promise<number>} its exit code
 */
function serve(node, signal) {
  return new Promise((resolve, reject) => {
    const given = process.argv.slice(2);
    const other = programs.get(given[0] ?? "");
    const [program, own] = other === undefined ? ["apps/server/src/main.ts", given] : [other, given.slice(1)];
    const file = join(root, program);
    const args = ["--import", join(root, "tools/exitWithParent.mjs"), file, ...own];
    const server = spawn(node, args, {
      env: projectEnvironment(),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      detached: true,
    });
    const { pid } = server;
    server.once("error", reject);
    if (pid === undefined) return;

    const kill = () => killGroup(pid, "SIGKILL");
    const stop = () => {
      server.kill("SIGTERM");
      setTimeout(kill, stopTimeoutMs).unref();
      setTimeout(() => process.once("SIGINT", kill), sameCtrlCMs).unref();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    server.once("exit", (code, killedBy) => {
      signal.removeEventListener("abort", stop);
      // What a control plane that died by itself may have left behind.
      kill();
      resolve(code ?? 128 + constants.signals[killedBy ?? "SIGKILL"]);
    });
  });
}

await runProgram(async (signal) => {
  const { node } = await prepare(signal);
  return serve(node, signal);
});
