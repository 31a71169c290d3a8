import { launchBrowser, type BrowserOptions } from "@sotto/worker";
import type { Browser, Page } from "playwright-core";
import type { JoinCredential } from "@sotto/client";
import type { CaptionsBody } from "@sotto/protocol";
import type { PageBundle } from "./bundlePage.ts";
import type { PageSide, ProcessSide } from "./page/contract.ts";

declare global {
  // `var` is how a global is declared: of the page, seen from here.
  var transcriber: PageSide;
}

export interface ListeningPageOptions extends BrowserOptions {
  readonly bundle: PageBundle;
  readonly onHeard: (participantId: string, pcm: Uint8Array, level: number) => void;
  readonly onPaused: (participantId: string, gone: boolean) => void;
  readonly onEnded: (reason: string) => void;
}

const folder = "/.transcriber/";
/** Its scripts are ours and it talks to the installation: nothing else is to be loaded, nor said to anybody. */
const policy = (socketOrigin: string) =>
  `default-src 'none'; script-src 'self' blob:; worker-src 'self'; connect-src 'self' ${socketOrigin}; base-uri 'none'`;

/**
 * A headless Chromium of its own with our page in it. The page has an address of the installation, whose API it may use
 * there; but its scripts come from here, and the installation is never asked for them.
 */
export class ListeningPage implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #page: Page;

  static async open(options: ListeningPageOptions): Promise<ListeningPage> {
    const { origin } = options;
    const browser = await launchBrowser(options);
    try {
      const context = await browser.newContext({ serviceWorkers: "block" });
      // A document that we answer ourselves comes from nowhere, and Chromium would keep it from installations nearby.
      await context.grantPermissions(["local-network-access"], { origin: new URL(origin).origin });
      const page = await context.newPage();
      await serve(page, options);
      await answer(page, options);
      await page.goto(new URL(folder, origin).href);
      await page.waitForFunction(() => "transcriber" in globalThis);
      return new ListeningPage(browser, page);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  /** Resolves when it is in the meeting. The credential goes from here to the page, and into no address. */
  join(credential: JoinCredential): Promise<void> {
    return this.#page.evaluate((given) => globalThis.transcriber.join(given), credential);
  }

  tell(captions: CaptionsBody["captions"]): Promise<void> {
    return this.#page.evaluate((told) => globalThis.transcriber.tell(told), captions);
  }

  leave(): Promise<void> {
    return this.#page.evaluate(() => globalThis.transcriber.leave());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

async function serve(page: Page, { origin, bundle }: ListeningPageOptions): Promise<void> {
  const { host, protocol } = new URL(origin);
  const headers = {
    "content-security-policy": policy(`${protocol === "https:" ? "wss" : "ws"}://${host}`),
    "cache-control": "no-store",
  };
  await page.route(
    ({ pathname }) => pathname.startsWith(folder),
    async (route) => {
      const name = new URL(route.request().url()).pathname.slice(folder.length);
      const script = bundle.get(name);
      if (script !== undefined) return route.fulfill({ headers, contentType: "text/javascript", body: script });
      if (name !== "") return route.fulfill({ status: 404, body: "" });
      const body = `<!doctype html><title>Transcriber</title><script type="module" src="page.js"></script>`;
      return route.fulfill({ headers, contentType: "text/html", body });
    },
  );
}

async function answer(page: Page, { onHeard, onPaused, onEnded }: ListeningPageOptions): Promise<void> {
  const functions: Record<keyof ProcessSide, (...args: never[]) => void> = {
    sottoHeard: (participantId: string, pcm: string, level: number) =>
      onHeard(participantId, Buffer.from(pcm, "base64"), level),
    sottoPaused: onPaused,
    sottoEnded: onEnded,
  };
  for (const [name, call] of Object.entries(functions)) await page.exposeFunction(name, call);
  page.once("crash", () => onEnded("crashed"));
}
