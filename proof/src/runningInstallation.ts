import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium, ManagementApi } from "@sotto/dev-env";
import type { Browser } from "playwright-core";
import type { Access, Installation } from "./Installation.ts";
import { fakeCaptureFlags } from "./media/fakeCapture.ts";

/** How somebody described an installation that is running already. */
export interface RunningOptions {
  url: string;
  secondUrl: string | undefined;
  dataFolders: readonly string[];
  logFiles: readonly string[];
  apiKey: string | undefined;
  apiSecret: string | undefined;
}

/** An installation that somebody else runs; what is not given to us is left out. */
export function openRunningInstallation(options: RunningOptions): Installation & AsyncDisposable {
  const origin = new URL(options.url).origin;
  const captureFolder = mkdtempSync(join(tmpdir(), "sotto-proof-"));
  let browser: Promise<Browser> | undefined;
  return {
    origin,
    browser: () =>
      (browser ??= launchChromium({ args: [...fakeCaptureFlags(captureFolder), ...resolverFlags(origin)] })),
    access: accessOf(origin, options),
    async [Symbol.asyncDispose]() {
      await (await browser)?.close();
      rmSync(captureFolder, { recursive: true });
    },
  };
}

function accessOf(origin: string, options: RunningOptions): Partial<Access> {
  const { secondUrl, logFiles } = options;
  const [home, ...others] = options.dataFolders;
  const api = home === undefined ? undefined : apiOf(home);
  const apiKey = options.apiKey ?? api?.key;
  const apiSecret = options.apiSecret ?? api?.secret;
  return {
    ...(apiKey !== undefined &&
      apiSecret !== undefined && {
        integrator: { management: new ManagementApi(origin, apiKey, apiSecret), apiKey, apiSecret },
      }),
    ...(home !== undefined && { dataFolders: [home, ...others] as const }),
    ...(logFiles.length > 0 && { logs: () => logFiles.map((file) => readFileSync(file, "utf8")).join("\n") }),
    ...(secondUrl !== undefined && { secondNode: new URL(secondUrl).origin }),
  };
}

/** The API key that the installation made for itself on its first run. */
function apiOf(dataFolder: string): { key: string; secret: string } | undefined {
  const file = join(dataFolder, "secrets.json");
  if (!existsSync(file)) throw new Error(`${dataFolder} is not a data folder: it has no secrets.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { api?: { key: string; secret: string } }).api;
}

/** The browser of dev-env finds nothing but loopback; the last rule wins. */
function resolverFlags(origin: string): string[] {
  const { hostname } = new URL(origin);
  return [`--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE ${hostname}`];
}
