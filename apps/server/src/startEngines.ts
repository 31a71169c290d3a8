import { accessSync, constants } from "node:fs";
import { networkInterfaces } from "node:os";
import { delimiter, join } from "node:path";
import type { Logger } from "pino";
import { ConfigError } from "./config/ConfigError.ts";
import { isLoopback, ownOrigin } from "./config/derived.ts";
import { installationRoot, type LoadedConfig } from "./config/loadConfig.ts";
import type { Secrets } from "./config/Secrets.ts";
import type { Endpoints } from "./context.ts";
import { mediaEventsPath } from "./platform/sfu/mediaEventsPath.ts";
import type { EngineName } from "./metrics/Metrics.ts";
import { startLiveKit, type RunningLiveKit } from "./platform/engines/startLiveKit.ts";
import { startNatsServer, type RunningNatsServer } from "./platform/engines/startNatsServer.ts";

interface EngineOptions {
  config: LoadedConfig;
  secrets: Secrets;
  log: Logger;
}

interface EnginesOptions extends EngineOptions {
  /** An engine died by itself; it is started again. */
  onCrash: (engine: EngineName) => void;
  /** livekit-server was started again and has lost its rooms. */
  onMediaLost: () => void;
}

export interface Engines extends AsyncDisposable {
  endpoints: Endpoints;
  /** Whether meetings live in an engine that stops with this process. */
  ownsMessages: boolean;
  ownsMedia: boolean;
}

/** Starts the engines that the configuration does not name elsewhere. */
export async function startEngines({ config, secrets, log, onCrash, onMediaLost }: EnginesOptions): Promise<Engines> {
  await using cleanup = new AsyncDisposableStack();
  const findMessages = async () => {
    const { url, websocketUrl } = config.nats;
    if (url !== undefined && websocketUrl !== undefined) {
      return { natsServers: [new URL(url).host], natsWebsocketUrl: websocketUrl };
    }
    const nats = cleanup.use(await startMessages({ config, secrets, log, clientPort: 0, websocketPort: 0, onCrash }));
    return { natsServers: [nats.server], natsWebsocketUrl: nats.websocketUrl };
  };
  const findMedia = async () => {
    const { url } = config.livekit;
    if (url !== undefined) return url;
    return cleanup.use(await startMedia({ config, secrets, log, signalPort: 0, onCrash, onMediaLost })).url;
  };
  const [messages, media] = await Promise.allSettled([findMessages(), findMedia()]);
  if (messages.status === "rejected") throw messages.reason;
  if (media.status === "rejected") throw media.reason;
  const owned = cleanup.move();
  return {
    endpoints: { ...messages.value, sfuUrl: media.value },
    ownsMessages: config.nats.url === undefined,
    ownsMedia: config.livekit.url === undefined,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Starts nats-server; of the ports 0 takes a free one. */
export function startMessages({
  config,
  secrets,
  log,
  clientPort,
  websocketPort,
  onCrash,
}: EngineOptions & {
  clientPort: number;
  websocketPort: number;
  onCrash?: EnginesOptions["onCrash"];
}): Promise<RunningNatsServer> {
  return startNatsServer({
    binary: findProgram("nats-server", config.nats.serverBin),
    directory: join(config.dataDir, "engines", "nats"),
    keys: secrets.nats,
    clientPort,
    websocketPort,
    log,
    onEvent: (event) => event === "crashed" && onCrash?.("nats-server"),
  });
}

/** Starts livekit-server; as `signalPort` 0 takes a free one. */
export function startMedia({
  config,
  secrets,
  log,
  signalPort,
  onCrash,
  onMediaLost,
}: EngineOptions & {
  signalPort: number;
  onCrash?: EnginesOptions["onCrash"];
  onMediaLost?: () => void;
}): Promise<RunningLiveKit> {
  const { serverBin, udpPort, tcpPort, nodeIp } = config.livekit;
  return startLiveKit({
    binary: findProgram("livekit-server", serverBin),
    directory: join(config.dataDir, "engines", "livekit"),
    apiKey: secrets.livekit.key,
    apiSecret: secrets.livekit.secret,
    signalPort,
    udpPort,
    tcpPort,
    eventsUrl: `${ownOrigin(config)}${mediaEventsPath}`,
    nodeIp: nodeIp ?? (isLoopback(config) ? "127.0.0.1" : ownAddress()),
    log,
    onEvent: (event) => (event === "crashed" ? onCrash?.("livekit-server") : onMediaLost?.()),
  });
}

function findProgram(name: string, configured: string | undefined): string {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const folders = [join(installationRoot, ".sotto", "engines"), ...onPath];
  const candidates = configured === undefined ? folders.map((folder) => join(folder, name)) : [configured];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new ConfigError(
    configured === undefined
      ? `${name} was not found in .sotto/engines or on PATH; npm start obtains it`
      : `${configured} is not a program that can be run (${name})`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The machine's first address that is not loopback. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (own === undefined) throw new ConfigError("this machine has no address of its own; set livekit.nodeIp");
  return own.address;
}
