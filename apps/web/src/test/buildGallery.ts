import { join, resolve } from "node:path";
import { build } from "vite";

const root = resolve(import.meta.dirname, "../..");
const page = join(root, "src/test/gallery/index.html");

/** Builds the gallery as the page is built; contents of its files by path. */
export async function buildGallery(): Promise<Map<string, string | Uint8Array>> {
  const environment = process.env["NODE_ENV"];
  try {
    const results = await build({
      root,
      logLevel: "error",
      build: { write: false, minify: false, sourcemap: false, rolldownOptions: { input: page } },
    });
    const files = new Map<string, string | Uint8Array>();
    for (const result of Array.isArray(results) ? results : [results]) {
      if (!("output" in result)) throw new Error("vite watches instead of building");
      for (const output of result.output) {
        files.set(`/${output.fileName}`, output.type === "chunk" ? output.code : output.source);
      }
    }
    return files;
  } finally {
    // The page's configuration says "production"; the tests go on as tests.
    process.env["NODE_ENV"] = environment;
  }
}
