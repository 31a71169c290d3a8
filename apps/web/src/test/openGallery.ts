import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { launchChromium } from "@sotto/dev-env";
import type { BrowserContextOptions, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { buildGallery } from "./buildGallery.ts";
import { violationsOf } from "./violationsOf.ts";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

/** As strict as the control plane's, or stricter: a view that needs more is broken in production. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; media-src 'self'; " +
  "worker-src 'self'; base-uri 'none'; form-action 'none'";

export interface GalleryView {
  readonly page: Page;
  /** What the specimen's callbacks were called with: `[name, ...values]`. */
  reports: () => Promise<unknown[]>;
  /** Rules of WCAG 2.2 AA and of good practice that the page breaks, each with its elements; empty when all is well. */
  violations: () => Promise<string[]>;
  /** What the browser complained about, such as a refused style. */
  readonly complaints: readonly string[];
}

/** Views in a real Chromium. */
export interface Gallery extends AsyncDisposable {
  /** Opens a specimen, such as `landing/LandingView/ready`, in a window of its own, which is closed after the test. */
  open(specimen: string, options?: BrowserContextOptions): Promise<GalleryView>;
}

export const phone = { viewport: { width: 390, height: 844 } } as const;
export const dark = { colorScheme: "dark" } as const;

/** Builds and serves the gallery and starts a browser. */
export async function openGallery(): Promise<Gallery> {
  const [files, browser] = await Promise.all([buildGallery(), launchChromium()]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://gallery");
    const path = pathname === "/" ? "/src/test/gallery/index.html" : pathname;
    response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", contentTypes[extname(path)] ?? "application/octet-stream");
    // The gallery has no icon, and a browser that asks for one is not worth a complaint.
    if (path === "/favicon.ico") response.statusCode = 204;
    else response.statusCode = files.has(path) ? 200 : 404;
    response.end(files.get(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    async open(specimen, options = {}) {
      const context = await browser.newContext({
        locale: "en-US",
        viewport: { width: 1280, height: 800 },
        reducedMotion: "reduce",
        ...options,
      });
      onTestFinished(() => context.close()); // a window that stays open slows down those of later tests
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${origin}/?specimen=${specimen}`);
      await page.locator("#root > *").first().waitFor({ state: "attached" });
      return {
        page,
        complaints,
        reports: async () => (await page.evaluate(() => window.reports)) ?? [],
        violations: () => violationsOf(page),
      };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
