import { parseArgs } from "node:util";
import { ConfigError } from "./config/ConfigError.ts";
import { loadConfig, type LoadedConfig } from "./config/loadConfig.ts";
import { loadSecrets } from "./config/loadSecrets.ts";
import { createLog } from "./platform/log/createLog.ts";
import { startMedia, startMessages } from "./startEngines.ts";

/**
 * Runs nats-server and livekit-server apart from the control plane, at the addresses where the same configuration has it
 * look for them: meetings go on while the control plane is upgraded, or crashes.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  const config = loadConfig(values.config, process.env);
  const ports = portsOf(config);
  const options = { config, secrets: loadSecrets(config.dataDir, config), log: createLog(config.log.level) };
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stopped.resolve);
  await using engines = new AsyncDisposableStack();
  const started = await Promise.allSettled([
    startMessages({ ...options, ...ports }).then((messages) => engines.use(messages)),
    startMedia({ ...options, ...ports }).then((media) => engines.use(media)),
  ]);
  for (const each of started) if (each.status === "rejected") throw each.reason;
  console.log(`The engines are ready at ${config.nats.url} and ${config.livekit.url}`);
  await stopped.promise;
}

function portsOf({ nats, livekit }: LoadedConfig): {
  clientPort: number;
  websocketPort: number;
  signalPort: number;
} {
  return {
    clientPort: portOf("nats.url", nats.url),
    websocketPort: portOf("nats.websocketUrl", nats.websocketUrl),
    signalPort: portOf("livekit.url", livekit.url),
  };
}

function portOf(setting: string, url: string | undefined): number {
  const { hostname, port } = new URL(url ?? "none:");
  if (hostname === "127.0.0.1" && port !== "") return Number(port);
  throw new ConfigError(`${setting} has to name a port of 127.0.0.1, such as ${examples[setting]}`);
}

const examples: Record<string, string> = {
  "nats.url": "nats://127.0.0.1:4222",
  "nats.websocketUrl": "ws://127.0.0.1:4223",
  "livekit.url": "http://127.0.0.1:7880",
};

await main().catch((error: unknown) => {
  const explained = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  console.error(`The engines cannot start: ${explained}`);
  process.exitCode = 1;
});
