import { installDependencies } from "./dependencies.mjs";
import { findNode } from "./node.mjs";
import { obtainEngines } from "./engines.mjs";
import { buildPage } from "./page.mjs";

/**
 * Brings a fresh clone to where everything can run: packages, engines, built page. Each part looks first whether it is
 * there, so that with everything in place this takes a fraction of a second.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<{ node: string }>} the Node to run our own programs with
 */
export async function prepare(signal) {
  await installDependencies(signal);
  const node = findNode();
  await obtainEngines(signal);
  await buildPage(signal);
  return { node };
}
