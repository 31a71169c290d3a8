import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Where the engines of an installation listen, and its keys to them. */
export interface EngineAccess {
  /** `host:port` */
  nats: string;
  /** nkey seeds. */
  seeds: { system: string; state: string };
  livekit: { url: string; key: string; secret: string };
}

/** Reads it from the data folder, as somebody would who had stolen that. */
export function engineAccessOf(dataFolder: string): EngineAccess {
  const files = readdirSync(dataFolder, { recursive: true, encoding: "utf8" });
  const read = (name: string): string => {
    const path = files.find((file) => file.endsWith(name));
    if (path === undefined) throw new Error(`there is no ${name} below ${dataFolder}`);
    return readFileSync(join(dataFolder, path), "utf8");
  };
  const secrets = JSON.parse(read("secrets.json")) as {
    nats: EngineAccess["seeds"];
    livekit: { key: string; secret: string };
  };
  const nats = /^listen: "?([\d.]+:\d+)/m.exec(read("nats.conf"))?.[1];
  const { port } = parse(read("livekit.yaml")) as { port?: number };
  if (nats === undefined || port === undefined) throw new Error(`the engines' addresses are not in ${dataFolder}`);
  const { system, state } = secrets.nats;
  return { nats, seeds: { system, state }, livekit: { ...secrets.livekit, url: `http://127.0.0.1:${port}` } };
}
