import { constants } from "node:os";
import { SetupError } from "./SetupError.mjs";

/** Why a program of this folder ends before its time. */
class Interruption extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs a program of this folder: Ctrl-C, SIGTERM and a closed terminal abort the signal it is given, a SetupError becomes
 * its sentence, and the result is the exit code.
 *
 * @param {(signal: AbortSignal) => Promise<number>} main
 * @returns {Promise<void>}
 */
export async function runProgram(main) {
  const controller = new AbortController();
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) process.on(name, () => controller.abort(new Interruption(name)));
  try {
    process.exitCode = await main(controller.signal);
  } catch (error) {
    if (error instanceof Interruption) process.exitCode = error.exitCode;
    else if (error instanceof SetupError) {
      console.error(`\n${error.message}`);
      process.exitCode = 1;
    } else throw error;
  }
}
