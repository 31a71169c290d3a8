import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Settings of the control plane by section, as in its YAML file. */
export type StackConfig = { readonly [section: string]: StackConfig | string | number | boolean | readonly unknown[] };

/** `a` with what `b` sets, section by section. */
export function mergeConfig(a: StackConfig, b: StackConfig): StackConfig {
  const merged: Record<string, StackConfig[string]> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const under = merged[key];
    merged[key] = isSection(under) && isSection(value) ? mergeConfig(under, value) : value;
  }
  return merged;
}

const isSection = (value: unknown): value is StackConfig =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Writes a configuration file (JSON is YAML) and returns its path. */
export function writeConfig(folder: string, name: string, config: StackConfig): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, JSON.stringify(config, null, 2), { mode: 0o600 });
  return path;
}

/**
 * Where the engines of a running control plane listen, as the settings that let a second one use them: read from the
 * configuration files it wrote for them into its data folder.
 */
export function enginesOf(dataFolder: string) {
  const natsConf = readWritten(dataFolder, "nats.conf");
  const livekitYaml = readWritten(dataFolder, "livekit.yaml");
  const [clients, websockets] = [...natsConf.matchAll(/listen: "?([\d.]+:\d+)/g)].map(([, address]) => address);
  const signalling = /^port: (\d+)/m.exec(livekitYaml)?.[1];
  if (clients === undefined || websockets === undefined || signalling === undefined) {
    throw new Error(`The engines' addresses are not in ${dataFolder} as expected.`);
  }
  return {
    nats: { url: `nats://${clients}`, websocketUrl: `ws://${websockets}` },
    livekit: { url: `http://127.0.0.1:${signalling}` },
  };
}

function readWritten(folder: string, name: string): string {
  const path = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((entry) => entry.endsWith(name));
  if (path === undefined) throw new Error(`There is no ${name} below ${folder}.`);
  return readFileSync(join(folder, path), "utf8");
}
