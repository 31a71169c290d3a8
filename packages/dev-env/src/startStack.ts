import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ControlPlane } from "./ControlPlane.ts";
import { freePort } from "./freePort.ts";
import { MaliciousSfu } from "./maliciousSfu/MaliciousSfu.ts";
import { Stack } from "./Stack.ts";
import { enginesOf, mergeConfig, writeConfig, type StackConfig } from "./StackConfig.ts";
import { TemporaryFolder } from "./TemporaryFolder.ts";

const builtPage = resolve(import.meta.dirname, "../../../apps/web/dist/index.html");

export interface StackOptions {
  /** Control planes, sharing one set of engines; the first one runs these. Default: 1. */
  nodes?: 1 | 2;
  /** The engines run in a process of their own and outlive the control planes. */
  enginesApart?: boolean;
  /** Other programs for the engines than those that `npm test` builds: `SOTTO_NATS_SERVER_BIN`, `SOTTO_LIVEKIT_SERVER_BIN`. */
  environment?: Readonly<Record<string, string>>;
  /** The second of two nodes reaches the SFU through `stack.maliciousSfu`. */
  maliciousSfu?: boolean;
  /** Settings over the test defaults, for every node. */
  config?: StackConfig;
  /** The test opens the page: fail early when it is not built (`npm test` builds it). */
  web?: boolean;
}

/**
 * Boots Sotto on free ports with a data folder of its own: control plane, nats-server, livekit-server and embedded
 * database, each in its own process. Whoever starts it disposes it:
 *
 *     await using stack = await startStack();
 *
 * Nothing is left over, also when the test throws or its process is killed.
 */
export async function startStack({
  nodes = 1,
  enginesApart = false,
  maliciousSfu: lies = false,
  config = {},
  environment = {},
  web = false,
}: StackOptions = {}): Promise<Stack> {
  if (web && !existsSync(builtPage))
    throw new Error("The page is not built: run `npm test`, or `npm run build -w apps/web`.");
  await using cleanUp = new AsyncDisposableStack();
  const folder = cleanUp.use(new TemporaryFolder());
  const api = { key: `dev${randomBytes(6).toString("hex")}`, secret: randomBytes(36).toString("base64url") };
  const common = mergeConfig(testDefaults(api), config);

  const running = new Set<ControlPlane>();
  cleanUp.defer(async () => {
    for (const node of [...running].toReversed()) await node.stop();
  });
  const run = async (name: string, program?: "runEngines"): Promise<ControlPlane> => {
    const node = await ControlPlane.start(join(folder.path, `${name}.yaml`), environment, program);
    folder.usedBy(node.pid);
    running.add(node);
    return node;
  };
  const start = (name: string, settings: StackConfig): Promise<ControlPlane> => {
    const dataDir = dataFolderOf(folder, name);
    writeConfig(folder.path, name, mergeConfig(settings, { dataDir }));
    return run(name);
  };
  /** The same installation: the node has the secrets of the one that runs the engines, and uses these. */
  const startBeside = (name: string, first: string, settings: StackConfig): Promise<ControlPlane> => {
    mkdirSync(dataFolderOf(folder, name), { mode: 0o700 });
    copyFileSync(join(dataFolderOf(folder, first), "secrets.json"), join(dataFolderOf(folder, name), "secrets.json"));
    return start(name, mergeConfig(common, settings));
  };

  const started: ControlPlane[] = [];
  if (enginesApart) {
    const engines = await freeEngines();
    const dataDir = dataFolderOf(folder, "engines");
    writeConfig(folder.path, "engines", mergeConfig(mergeConfig(common, engines), { dataDir }));
    await run("engines", "runEngines");
    started.push(await startBeside("node-1", "engines", engines));
    if (nodes === 2) started.push(await startBeside("node-2", "engines", engines));
  } else {
    started.push(await start("node-1", common));
  }
  let maliciousSfu: MaliciousSfu | undefined;
  if (nodes === 2 && !enginesApart) {
    const engines = enginesOf(dataFolderOf(folder, "node-1"));
    if (lies) maliciousSfu = cleanUp.use(await MaliciousSfu.start(engines.livekit.url));
    const livekit = { url: maliciousSfu?.url ?? engines.livekit.url };
    started.push(await startBeside("node-2", "node-1", { ...engines, livekit }));
  }
  const restart = async (node: number): Promise<ControlPlane> => {
    const [name, { origin } = { origin: "" }] = [`node-${node + 1}`, started[node]];
    const file = join(folder.path, `${name}.yaml`);
    const before = JSON.parse(readFileSync(file, "utf8")) as StackConfig;
    writeConfig(folder.path, name, mergeConfig(before, { server: { port: Number(new URL(origin).port) } }));
    return run(name);
  };
  return new Stack({ nodes: started, restart, folder: folder.path, api, maliciousSfu, cleanUp: cleanUp.move() });
}

/** Where engines that run apart are to listen. */
async function freeEngines() {
  const [clients, websockets, signalling] = [await freePort(), await freePort(), await freePort()];
  return {
    nats: { url: `nats://127.0.0.1:${clients}`, websocketUrl: `ws://127.0.0.1:${websockets}` },
    livekit: { url: `http://127.0.0.1:${signalling}` },
  };
}

const dataFolderOf = (folder: TemporaryFolder, name: string): string => join(folder.path, name);

/** Free ports, loopback only, and deadlines that a test can wait for. */
function testDefaults(api: { key: string; secret: string }): StackConfig {
  return {
    server: { host: "127.0.0.1", port: 0 },
    api,
    guests: { requestsPerMinute: 100_000 },
    livekit: { udpPort: 0, tcpPort: 0 },
    log: { level: "info" },
  };
}
