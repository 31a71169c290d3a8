import { build } from "vite";

/** Contents of the page's scripts, by name. */
export type PageBundle = ReadonlyMap<string, string>;

const entry = (name: string) => new URL(`page/${name}.ts`, import.meta.url).pathname;

/** Bundles the page that listens, with its workers. Nothing is written to disk. */
export async function bundlePage(): Promise<PageBundle> {
  const results = await build({
    configFile: false,
    root: new URL(".", import.meta.url).pathname,
    base: "./",
    logLevel: "warn",
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2024",
      minify: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { page: entry("page"), pcmWorklet: entry("pcmWorklet") },
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  const files = new Map<string, string>();
  for (const result of Array.isArray(results) ? results : [results]) {
    if (!("output" in result)) throw new Error("vite watches instead of building");
    for (const output of result.output) {
      files.set(output.fileName, output.type === "chunk" ? output.code : String(output.source));
    }
  }
  return files;
}
