import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClientFiles } from "@sotto/protocol";
import type { Endpoint } from "./Endpoint.ts";
import { ManagementError } from "./ManagementError.ts";

const assetsPath = "/assets";
const scripts = /<script\b[^>]*\bsrc="\/assets\/([^"]+\.js)"/g;
const styleSheets = /<link\b[^>]*\brel="stylesheet"[^>]*\bhref="\/assets\/([^"]+\.css)"/g;

/** `/getClientFiles`: what the built page loads first. Its names change with its content. */
export const getClientFiles: Endpoint = async ({ config }): Promise<ClientFiles> => {
  const page = await readFile(join(config.webDir, "index.html"), "utf8").catch(() => {
    throw ManagementError.notFound("the page is not built");
  });
  const names = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, name = ""]) => name);
  const [css, js] = [names(styleSheets), names(scripts)];
  return { css, js, css_files: css, js_files: js, static_assets_path: assetsPath };
};
