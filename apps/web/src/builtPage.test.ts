import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const dist = resolve(import.meta.dirname, "../dist");
const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
const read = (file: string) => readFileSync(join(dist, file), "utf8");

/** Addresses of other hosts that stand in the built page, and why none of them is ever asked for anything. */
const namedOnly: Record<string, string> = {
  "www.w3.org": "names of XML namespaces, for elements of SVG and MathML",
  "json-schema.org": "names of versions of JSON Schema, which zod writes into schemas that it gives",
  "aomediacodec.github.io": "the name of an RTP header extension, in session descriptions",
  "react.dev": "React's text of an error",
  "react.i18next.com": "react-i18next's text of a warning",
  "www.npmjs.com": "hash-wasm's text of an error",
  "rolldown.rs": "the bundler's text of an error",
};

/** Hosts in what looks like an address, with or without its scheme. */
function hostsIn(text: string): string[] {
  const addresses = text.matchAll(/\b(?:https?|wss?|ftp):\/\/([\w.-]+)|["'`(]\/\/([a-z\d-]+(?:\.[a-z\d-]+)+)/gi);
  return [...addresses].map(([, full, short]) => full ?? short ?? "");
}

test("the built page names no other host but these, and each of these still", () => {
  const texts = files.filter((file) => /\.(html|js|css|svg)$/.test(file)).map(read);
  expect(texts.length).toBeGreaterThan(20);
  expect([...new Set(texts.flatMap(hostsIn))].toSorted()).toEqual(Object.keys(namedOnly).toSorted());
  const planted = 'a("https://cdn.planted.test/x");b(`//fonts.planted.test/y`);new WebSocket("wss://ws.planted.test")';
  expect(hostsIn(planted)).toEqual(["cdn.planted.test", "fonts.planted.test", "ws.planted.test"]);
});

test("no STUN or TURN server is in it", () => {
  const scripts = files.filter((file) => file.endsWith(".js")).map(read);
  expect(scripts.filter((text) => /["'`](stuns?|turns?):[\w.]/.test(text))).toEqual([]);
});

test("everything that the page and its styles load is of this host, and nothing is inline", () => {
  const html = read("index.html").replaceAll(/<!--[\s\S]*?-->/g, "");
  const loaded = [...html.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
  expect(loaded.length).toBeGreaterThan(2);
  expect(loaded.filter((address) => !/^\/[^/]/.test(address))).toEqual([]);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/i);
  const styles = files.filter((file) => file.endsWith(".css")).map(read);
  const urls = styles.flatMap((text) => [...text.matchAll(/url\(\s*["']?([^"')]+)/g)].map(([, url]) => url ?? ""));
  expect(urls.length).toBeGreaterThan(0);
  expect(urls.filter((url) => !/^(\/[^/]|\.\/|#)/.test(url))).toEqual([]);
});

test("source maps are beside their scripts, and name files of this repository and of its packages", () => {
  const mapped = files.filter((file) => file.endsWith(".js") && read(file).includes("//# sourceMappingURL="));
  expect(mapped.length).toBeGreaterThan(10);
  for (const script of mapped) {
    expect(read(script)).toContain(`//# sourceMappingURL=${script.split("/").at(-1)}.map`);
    const { sources, sourceRoot = "" } = JSON.parse(read(`${script}.map`)) as {
      sources: string[];
      sourceRoot?: string;
    };
    const elsewhere = [sourceRoot, ...sources].filter((source) => /^(\/|[a-z]+:)/i.test(source));
    expect(elsewhere, script).toEqual([]);
  }
});
