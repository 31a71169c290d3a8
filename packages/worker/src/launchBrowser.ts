import { chromium, type Browser } from "playwright-core";

export interface BrowserOptions {
  /** The Chromium to run. */
  readonly executablePath: string;
  /** Of the installation whose page it opens, such as `https://meet.example.org`. */
  readonly origin: string;
}

/** It asks nobody anything, makes no noise, and does not doze. */
const flags: readonly string[] = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** Of media from people nobody knows, a decoder's bug is to end in the sandbox; root has none to give. */
const chromiumSandbox = process.getuid?.() !== 0;

/** The one way in which a worker starts a Chromium: headless, with a profile of its own. The caller closes it. */
export function launchBrowser({ executablePath, origin }: BrowserOptions): Promise<Browser> {
  return chromium.launch({
    executablePath,
    chromiumSandbox,
    args: [...flags, ...insecureOrigin(origin)],
    env: reducedEnvironment(process.env),
    // A worker that is told to stop has its page leave first.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** Encryption is for secure origins only, and an operator may name an address inside their network. */
function insecureOrigin(given: string): string[] {
  const { protocol, hostname, origin } = new URL(given);
  const isLoopback = hostname === "localhost" || hostname.startsWith("127.");
  return protocol === "http:" && !isLoopback ? [`--unsafely-treat-insecure-origin-as-secure=${origin}`] : [];
}

/** Nothing of ours is in a browser's environment: the worker's seed is there, and whatever else the operator set. */
function reducedEnvironment({ PATH = "", HOME = "", LANG = "C.UTF-8" }: NodeJS.ProcessEnv): Record<string, string> {
  return { PATH, HOME, LANG };
}
