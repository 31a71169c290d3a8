import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { natsPublicKeys, type NatsKeys } from "../nats/natsKeys.ts";
import { Engine, type EngineEvent, type EngineLine } from "./Engine.ts";
import { tcpPort } from "./freePorts.ts";
import { renderNatsConf } from "./renderNatsConf.ts";

export interface NatsServerOptions {
  binary: string;
  /** Folder for the configuration and JetStream's store; made where it is missing. */
  directory: string;
  keys: NatsKeys;
  /** 0 takes free ones. */
  clientPort: number;
  websocketPort: number;
  /** What the streams and buckets of all sessions may hold together. Default: half the machine's memory. */
  maxMemoryBytes?: number;
  /** Participants connected at the same time. */
  maxConnections?: number;
  log: Logger;
  onEvent?: (event: EngineEvent) => void;
}

export interface RunningNatsServer extends AsyncDisposable {
  engine: Engine;
  /** `host:port` for {@link connectNats}. */
  server: string;
  /** Where the `/nats` proxy connects to. */
  websocketUrl: string;
}

const defaultMaxConnections = 10_000;

/** Starts nats-server on loopback; resolves when it serves. */
export async function startNatsServer(options: NatsServerOptions): Promise<RunningNatsServer> {
  const { binary, directory, keys, log, onEvent } = options;
  const clientPort = await tcpPort(options.clientPort);
  const websocketPort = await tcpPort(options.websocketPort);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const configFile = join(directory, "nats.conf");
  const config = renderNatsConf({
    clientPort,
    websocketPort,
    storeDirectory: join(directory, "jetstream"),
    keys: natsPublicKeys(keys),
    maxMemoryBytes: options.maxMemoryBytes ?? Math.floor(totalmem() / 2),
    maxConnections: options.maxConnections ?? defaultMaxConnections,
  });
  await writeFile(configFile, config, { mode: 0o600 });

  const engine = await Engine.start({
    name: "nats-server",
    binary,
    args: ["-c", configFile],
    environment: {},
    isReady: async () => (await saysInfo(clientPort)) && (await accepts(websocketPort)),
    parseLine: parseNatsLine,
    log,
    ...(onEvent && { onEvent }),
  });
  return {
    engine,
    server: `127.0.0.1:${clientPort}`,
    websocketUrl: `ws://127.0.0.1:${websocketPort}`,
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

const natsLevels: Record<string, EngineLine["level"]> = { INF: "debug", WRN: "warn", ERR: "error", FTL: "error" };
/**
 * What nats-server calls an error or a warning and is none of the operator's: refusals and mistakes of one client
 * (`wid` over WebSocket), and plain WebSockets, which are on loopback behind our proxy.
 */
const everyday = / - [cw]id:\d+ - |^Auth callout service returned an error|^Websocket not configured with TLS/;

/** A client's own words stand in quotes: what it calls itself, and the subjects it wants. */
const ofClient = / - [cw]id:\d+ - /;
const quoted = /"(?:[^"\\]|\\.)*"/g;

/** `[pid] [INF] text` of nats-server, without the words of its clients. */
export function parseNatsLine(line: string): EngineLine | null {
  const match = /^\[\d+\] \[([A-Z]{3})\] (.*)$/.exec(line);
  if (!match) return line.trim() === "" ? null : { level: "error", text: line };
  const [, level = "", said = ""] = match;
  const text = ofClient.test(said) ? said.replaceAll(quoted, '"…"') : said;
  return { level: everyday.test(text) ? "debug" : (natsLevels[level] ?? "debug"), text };
}

/** nats-server greets each client once it takes any. */
function saysInfo(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
    socket.once("data", (data) => answer(data.toString("latin1").startsWith("INFO ")));
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.once("error", () => answer(false));
    socket.once("connect", () => answer(true));
  });
}
