import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Vector, VectorFile } from "./vectorFile.ts";

/** The very code of the Node run, bundled as a page gets it and run in a real Chromium under a page's CSP. */

const path = new URL("../../../../test-vectors/key-schedule-v1.json", import.meta.url);
const file = JSON.parse(readFileSync(path, "utf8")) as VectorFile;
const entry = new URL("vectors.browser.ts", import.meta.url).pathname;
const contentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const scripts = await bundle();
  server = createServer((request, response) => {
    const script = scripts.get(request.url ?? "");
    response.setHeader("content-security-policy", contentSecurityPolicy);
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? `<!doctype html><script type="module" src="/vectors.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({
    executablePath: process.env["SOTTO_CHROMIUM_BIN"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

test.each(file.vectors)("$name, in Chromium", async (vector) => {
  expect(await computeInPage(vector)).toEqual(vector.out);
});

test("a vector with another answer is noticed", async () => {
  const [vector] = file.vectors;
  const changed = { ...vector!, inputs: { ...vector!.inputs, model: 2 } };
  expect(await computeInPage(changed)).not.toEqual(vector!.out);
});

function computeInPage(vector: Vector): Promise<Vector["out"]> {
  return page.evaluate(([one, all]) => sottoVectors.computeVector(one, all), [vector, file] as const);
}

/** File contents by path. */
async function bundle(): Promise<Map<string, string>> {
  const results = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, target: "es2024", lib: { entry, formats: ["es"], fileName: "vectors" } },
  });
  const scripts = new Map<string, string>();
  for (const result of Array.isArray(results) ? results : [results]) {
    if (!("output" in result)) throw new Error("vite watches instead of building");
    for (const output of result.output) if (output.type === "chunk") scripts.set(`/${output.fileName}`, output.code);
  }
  return scripts;
}
