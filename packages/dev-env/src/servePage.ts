import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "vite";

/** A page for tests, on a port of its own. */
export interface ServedPage extends AsyncDisposable {
  url: string;
}

/**
 * Bundles a module as an app's page is bundled, workers included, and serves it to `127.0.0.1` until disposed.
 *
 * @param entry The module, such as `new URL("pages/mediaCall.ts", import.meta.url)`.
 * @param headers Further headers of every answer, such as a Content-Security-Policy.
 */
export async function servePage(entry: URL, headers: Readonly<Record<string, string>> = {}): Promise<ServedPage> {
  const files = await bundle(entry.pathname);
  const server = createServer((request, response) => {
    const script = files.get(request.url ?? "");
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? `<!doctype html><title>Test</title><script type="module" src="/page.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Contents of the bundle's scripts by path. */
async function bundle(entry: string): Promise<Map<string, string>> {
  const results = await build({
    configFile: false,
    root: new URL(".", import.meta.url).pathname,
    logLevel: "warn",
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2024",
      minify: false,
      rolldownOptions: { input: entry, output: { entryFileNames: "page.js" } },
    },
  });
  const files = new Map<string, string>();
  for (const result of Array.isArray(results) ? results : [results]) {
    if (!("output" in result)) throw new Error("vite watches instead of building");
    for (const output of result.output) {
      files.set(`/${output.fileName}`, output.type === "chunk" ? output.code : String(output.source));
    }
  }
  return files;
}
