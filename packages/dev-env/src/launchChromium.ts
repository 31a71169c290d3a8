import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from "playwright-core";

export interface ChromiumOptions {
  /** Further flags, such as `--use-file-for-fake-video-capture=FILE`. */
  args?: readonly string[];
}

const flags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  // Sound starts without a click: there is nobody to make one.
  "--autoplay-policy=no-user-gesture-required",
  // Tests prove that nothing but the installation is asked, so there is nothing else to find.
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
  // Pages of several people share this browser; the ones behind are people too.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A headless Chromium with a fake camera and microphone and a profile of its own. The caller closes it. */
export function launchChromium({ args = [] }: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...flags, ...args] });
}

/**
 * The same with a profile in a folder, as a person's own browser has it: what its pages store is still there when it is
 * started again. The caller closes it.
 */
export function launchChromiumProfile(
  folder: string,
  { args = [], ...page }: ChromiumOptions & BrowserContextOptions = {},
): Promise<BrowserContext> {
  const executablePath = findChromium();
  return chromium.launchPersistentContext(folder, { ...page, executablePath, args: [...flags, ...args] });
}

/** `SOTTO_CHROMIUM`, else the first on PATH. `npm test` says how to install one. */
export function findChromium(): string {
  const named = process.env["SOTTO_CHROMIUM"];
  const names = named ? [named] : ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = names.flatMap((name) =>
    name.includes("/") ? [name] : folders.map((folder) => join(folder, name)),
  );
  const found = candidates.find(isExecutable);
  if (found === undefined)
    throw new Error("There is no Chromium on this machine: `npm test` installs one or says how.");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
