import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { Engine, type EngineEvent, type EngineLine } from "./Engine.ts";
import { tcpPort, udpPort } from "./freePorts.ts";
import { renderLiveKitYaml, type MediaNetwork } from "./renderLiveKitYaml.ts";

export interface LiveKitOptions extends MediaNetwork {
  binary: string;
  /** Folder for the configuration; made where it is missing. */
  directory: string;
  /** API key and secret (at least 32 characters), which the control plane signs media tokens with. */
  apiKey: string;
  apiSecret: string;
  /** The control plane's `/sfu/events`. */
  eventsUrl: string;
  /** Signalling and API on loopback. Of this and the media ports 0 takes a free one. */
  signalPort: number;
  log: Logger;
  onEvent?: (event: EngineEvent) => void;
}

export interface RunningLiveKit extends AsyncDisposable {
  engine: Engine;
  /** `http://127.0.0.1:<port>` for the API and the `/rtc` proxy. */
  url: string;
  udpPort: number;
  tcpPort: number;
}

/** Starts livekit-server; resolves when it serves. */
export async function startLiveKit(options: LiveKitOptions): Promise<RunningLiveKit> {
  const { binary, directory, apiKey, apiSecret, eventsUrl, nodeIp, log, onEvent } = options;
  const ports = {
    signalPort: await tcpPort(options.signalPort),
    tcpPort: await tcpPort(options.tcpPort),
    udpPort: await udpPort(options.udpPort),
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const configFile = join(directory, "livekit.yaml");
  await writeFile(configFile, renderLiveKitYaml({ ...ports, nodeIp, apiKey, eventsUrl }), { mode: 0o600 });

  const url = `http://127.0.0.1:${ports.signalPort}`;
  const engine = await Engine.start({
    name: "livekit-server",
    binary,
    args: ["--config", configFile],
    environment: { LIVEKIT_KEYS: `${apiKey}: ${apiSecret}` },
    isReady: () => answersOk(url),
    parseLine: parseLiveKitLine,
    log,
    ...(onEvent && { onEvent }),
  });
  return {
    engine,
    url,
    udpPort: ports.udpPort,
    tcpPort: ports.tcpPort,
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

/**
 * A JSON line of livekit-server. Only its sentence and its error are kept: the fields name participants and addresses.
 */
export function parseLiveKitLine(line: string): EngineLine | null {
  if (!line.startsWith("{")) return line.trim() === "" ? null : { level: "warn", text: line };
  try {
    const { level, msg, error } = JSON.parse(line) as { level?: string; msg?: string; error?: string };
    const text = error ? `${msg}: ${error}` : `${msg}`;
    if (level === "error" || level === "warn") return { level, text };
    return { level: "debug", text };
  } catch {
    return { level: "warn", text: line };
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return response.ok;
  } catch {
    return false;
  }
}
