import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ControlPlane } from "./ControlPlane.ts";
import { MaliciousSfu } from "./maliciousSfu/MaliciousSfu.ts";
import { Stack } from "./Stack.ts";
import { enginesOf, mergeConfig, writeConfig, type StackConfig } from "./StackConfig.ts";
import { TemporaryFolder } from "./TemporaryFolder.ts";

const builtPage = resolve(import.meta.dirname, "../../../apps/web/dist/index.html");

export interface StackOptions {
  /** Control planes, sharing one set of engines; the first one runs these. Default: 1. */
  nodes?: 1 | 2;
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

  const start = async (name: string, settings: StackConfig): Promise<ControlPlane> => {
    const file = writeConfig(folder.path, name, mergeConfig(settings, { dataDir: dataFolderOf(folder, name) }));
    const node = await ControlPlane.start(file, environment);
    folder.usedBy(node.pid);
    cleanUp.defer(() => node.stop());
    return node;
  };

  const started = [await start("node-1", common)];
  let maliciousSfu: MaliciousSfu | undefined;
  if (nodes === 2) {
    // The same installation: the second node has the first one's secrets and uses its engines.
    const first = dataFolderOf(folder, "node-1");
    mkdirSync(dataFolderOf(folder, "node-2"), { mode: 0o700 });
    copyFileSync(join(first, "secrets.json"), join(dataFolderOf(folder, "node-2"), "secrets.json"));
    const engines = enginesOf(first);
    if (lies) maliciousSfu = cleanUp.use(await MaliciousSfu.start(engines.livekit.url));
    const livekit = { url: maliciousSfu?.url ?? engines.livekit.url };
    started.push(await start("node-2", mergeConfig(common, { ...engines, livekit })));
  }
  return new Stack({ nodes: started, folder: folder.path, api, maliciousSfu, cleanUp: cleanUp.move() });
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
