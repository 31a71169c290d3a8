import type { BrowserContext, Page } from "playwright-core";

/**
 * What must not happen while somebody uses the page: errors in the console (a violation of the Content-Security-Policy
 * is one), exceptions, requests to another host than the installation.
 */
export class Complaints {
  readonly #expected: RegExp | undefined;
  readonly #all: string[] = [];

  /** `expected`: console errors that a test provokes, such as a refused request. */
  constructor(context: BrowserContext, origin: string, expected?: RegExp) {
    this.#expected = expected;
    const { host } = new URL(origin);
    const hear = (url: string) => {
      const { protocol, host: asked } = new URL(url);
      if (protocol !== "blob:" && asked !== host) this.#all.push(`request to ${url}`);
    };
    context.on("request", (request) => hear(request.url()));
    context.on("page", (page: Page) => page.on("websocket", (socket) => hear(socket.url())));
    context.on("weberror", (error) => this.#all.push(`exception: ${error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error") this.#all.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  /** Those that were not expected. */
  list(): string[] {
    return this.#all.filter((complaint) => this.#expected?.test(complaint) !== true);
  }
}
