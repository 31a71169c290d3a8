import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../..");

/**
 * `npm start` of this checkout, in which everything is built, until it serves the page; then it is stopped. As on a
 * machine that never ran npm before: with nobody's settings but those of this checkout, and an empty cache, so that npm
 * has every reason to look for something new.
 */
export async function startAndStop(folder: string): Promise<void> {
  mkdirSync(folder);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|SOTTO_(?!.*_BIN$)|CI$)/.test(name));
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: {
      ...Object.fromEntries(inherited),
      npm_config_cache: join(folder, "npm", "cache"),
      npm_config_globalconfig: join(folder, "no-npmrc"),
      npm_config_userconfig: join(folder, "no-own-npmrc"),
      SOTTO_DATA_DIR: join(folder, "data"),
      SOTTO_SERVER_PORT: "0",
      SOTTO_LIVEKIT_UDP_PORT: "0",
      SOTTO_LIVEKIT_TCP_PORT: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "exit");
  const lines: string[] = [];
  const ready = new Promise<void>((ok, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (line.startsWith("Sotto is ready")) ok();
      });
    }
    ended.then(
      () => fail(new Error(`npm start ended before it was ready: ${lines.join("\n")}`)),
      (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))),
    );
  });
  await ready;
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  await ended;
}
