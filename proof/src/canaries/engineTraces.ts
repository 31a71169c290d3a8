import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const engines = resolve(import.meta.dirname, "../../../.sotto/engines");

/**
 * Writes programs into a folder that run the engines with everything logged, into the same folder: `nats-server.log`, with
 * the payload of every message, and `livekit-server.log`. Gives the environment in which they take the engines' place.
 */
export function traceEngines(folder: string): Record<"SOTTO_NATS_SERVER_BIN" | "SOTTO_LIVEKIT_SERVER_BIN", string> {
  const nats = binary("SOTTO_NATS_SERVER_BIN", "nats-server");
  const livekit = binary("SOTTO_LIVEKIT_SERVER_BIN", "livekit-server");
  const write = (name: string, lines: string[]) => {
    const file = join(folder, name);
    writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(file, 0o700);
    return file;
  };
  const log = (name: string) => quote(join(folder, `${name}.log`));
  return {
    SOTTO_NATS_SERVER_BIN: write("nats-server", [
      `case "$1" in -c) exec ${quote(nats)} "$@" -DVV --log ${log("nats-server")} ;; esac`,
      `exec ${quote(nats)} "$@"`,
    ]),
    SOTTO_LIVEKIT_SERVER_BIN: write("livekit-server", [
      `case "$1" in --config)`,
      `  sed 's/level: warn/level: debug/; s/pion_level: error/pion_level: debug/' "$2" > ${quote(join(folder, "livekit.yaml"))}`,
      `  exec ${quote(livekit)} --config ${quote(join(folder, "livekit.yaml"))} >> ${log("livekit-server")} 2>&1 ;;`,
      `esac`,
      `exec ${quote(livekit)} "$@"`,
    ]),
  };
}

function binary(variable: string, name: string): string {
  const file = process.env[variable] ?? join(engines, name);
  if (!existsSync(file)) throw new Error(`${file} is missing: \`npm run proof\` obtains it.`);
  return file;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
