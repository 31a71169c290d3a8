import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const dataFolder = mkdtempSync(join(tmpdir(), "sotto-start-"));
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

/** `npm start` with everything in place, on free ports. */
function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, "tools/start.mjs")], {
    env: {
      ...process.env,
      SOTTO_DATA_DIR: dataFolder,
      SOTTO_SERVER_PORT: "0",
      SOTTO_LIVEKIT_UDP_PORT: "0",
      SOTTO_LIVEKIT_TCP_PORT: "0",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      const origin = /^Sotto is ready at (\S+)/.exec(line)?.[1];
      if (origin !== undefined) ready.resolve(origin);
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  void ended.then((code) => ready.reject(new Error(`It ended with ${code}.\n${lines.join("\n")}`)));
  ready.promise.catch(() => {});
  return { child, lines, ready: ready.promise, ended };
}

/** `npm start` in a copy of this checkout that has nothing installed but `linked`. */
function startFreshCopy(environment: Record<string, string>, linked: string[] = []) {
  const copy = mkdtempSync(join(dataFolder, "copy-"));
  const skipped = new Set([".git", ".sotto", "node_modules", "dist", "data", "test-results"]);
  cpSync(root, copy, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  for (const name of linked) symlinkSync(join(root, name), join(copy, name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, "tools/start.mjs")], {
    encoding: "utf8",
    env: { ...process.env, SOTTO_NATS_SERVER_BIN: "", SOTTO_LIVEKIT_SERVER_BIN: "", ...environment },
  });
  return { status, output: stdout + stderr };
}

it.each(["SIGINT", "SIGTERM"] as const)("serves the page until %s, then ends well", async (signal) => {
  const { child, ready, ended } = start();
  const origin = await ready;
  expect(await (await fetch(origin)).text()).toContain("<html");
  child.kill(signal);
  expect(await ended).toBe(0);
  await expect(fetch(origin)).rejects.toThrow("fetch failed");
});

it("says which port is busy, and ends with 1", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { lines, ended } = start({ SOTTO_SERVER_PORT: String(port) });
  expect(await ended).toBe(1);
  expect(lines.join("\n")).toContain(`port ${port} of 127.0.0.1 is in use`);
  other.close();
});

it("says that an engine named by a variable is not one", async () => {
  const { lines, ended } = start({ SOTTO_NATS_SERVER_BIN: "/bin/false" });
  expect(await ended).toBe(1);
  expect(lines.join("\n")).toContain(
    "SOTTO_NATS_SERVER_BIN names /bin/false, which is not a nats-server that runs here",
  );
});

it("a fresh copy without network says so", () => {
  const { status, output } = startFreshCopy({
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_cache: join(dataFolder, "npm"),
    npm_config_fetch_retries: "0",
  });
  expect(output).toContain("The network could not be reached");
  expect(status).toBe(1);
});

it("a fresh copy on a machine with an old Go says so", () => {
  const bin = join(dataFolder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "go"), "#!/bin/sh\necho go version go1.19.8 linux/amd64\n", { mode: 0o755 });
  const { status, output } = startFreshCopy({ PATH: `${bin}:/usr/bin:/bin` }, ["node_modules"]);
  expect(output).toContain("Go 1.19.8 is too old to build nats-server and livekit-server. Install Go 1.26 or newer");
  expect(status).toBe(1);
});
