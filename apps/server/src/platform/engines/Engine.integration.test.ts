import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { connectNats } from "../nats/connectNats.ts";
import { generateNatsKeys } from "../nats/natsKeys.ts";
import { natsServerBinary } from "../nats/testing/startTestNats.ts";
import { Engine, type EngineEvent } from "./Engine.ts";
import { startNatsServer } from "./startNatsServer.ts";

let directory: string;
interface LogLine {
  level: number;
  msg: string;
}
const lines: LogLine[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) });

beforeEach(async () => {
  lines.length = 0;
  directory = await mkdtemp(join(tmpdir(), "sotto-engine-"));
  return () => rm(directory, { recursive: true, force: true });
});

const disposables: AsyncDisposable[] = [];
afterEach(async () => {
  for (const disposable of disposables.splice(0).toReversed()) await disposable[Symbol.asyncDispose]();
});

function natsOptions(events: EngineEvent[] = []) {
  const keys = generateNatsKeys();
  return {
    binary: natsServerBinary,
    directory,
    keys,
    clientPort: 0,
    websocketPort: 0,
    maxMemoryBytes: 64 * 1024 * 1024,
    log,
    onEvent: (event: EngineEvent) => void events.push(event),
  };
}

/** A small program in the place of an engine. */
function program(script: string, isReady = async () => true) {
  return {
    name: "an engine",
    binary: "/bin/sh",
    args: ["-c", script],
    environment: {},
    isReady,
    parseLine: (text: string) => ({ level: "info" as const, text }),
    log,
  };
}

/** Process ids that programs in the place of an engine told. */
function pids(): number[] {
  return lines.map(({ msg }) => Number(msg)).filter((pid) => pid > 0);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isServing(server: string): Promise<boolean> {
  const [host = "", port = ""] = server.split(":");
  const socket = connect(Number(port), host);
  const serving = await Promise.race([
    once(socket, "data").then(() => true),
    new Promise<boolean>((resolve) => socket.once("error", () => resolve(false))),
  ]);
  socket.destroy();
  return serving;
}

test("a killed nats-server is started again on its port, said so, and the control plane goes on", async () => {
  const events: EngineEvent[] = [];
  const options = natsOptions(events);
  const nats = await startNatsServer(options);
  disposables.push(nats);
  const platform = await connectNats({ servers: [nats.server], keys: options.keys, log });
  disposables.push(platform);
  const bucket = await platform.state.bucket("tests", z.number());
  let lost = 0;
  platform.state.onLost(() => void (lost += 1));
  const before = await bucket.create("before", 1);

  process.kill(-(nats.engine.pid ?? 0), "SIGKILL");
  await expect.poll(() => events, { timeout: 5_000 }).toEqual(["crashed", "restarted"]);
  await expect.poll(() => platform.isConnected(), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => lost, { timeout: 5_000 }).toBe(1);
  expect(await bucket.get("before")).toBeNull();
  expect(await bucket.create("after", 2)).toBeGreaterThan(before ?? 0);
  expect(lines.filter(({ msg }) => /crashed|serves again/.test(msg)).map(({ level }) => level)).toEqual([50, 40]);
}, 15_000);

test("stopping ends it for good", async () => {
  const events: EngineEvent[] = [];
  const nats = await startNatsServer(natsOptions(events));
  expect(await isServing(nats.server)).toBe(true);
  await nats.engine.stop();
  expect(await isServing(nats.server)).toBe(false);
  expect(events).toEqual([]);
});

test("an engine that ignores the polite request is killed", async () => {
  const stubborn = "trap '' TERM; echo $$; while :; do sleep 0.1; done";
  const engine = await Engine.start(program(stubborn, async () => lines.length > 0));
  const [pid = 0] = pids();
  const startedAt = Date.now();
  await engine.stop();
  expect(Date.now() - startedAt).toBeGreaterThan(7_000);
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
}, 15_000);

test("whichever process of an engine dies, it is started again and nothing of the old one is left", async () => {
  const flag = join(directory, "started");
  const onceStubborn = `[ -e ${flag} ] || trap '' TERM; : >${flag}; echo $$; exec sleep 60`;
  const engine = await Engine.start(program(onceStubborn, async () => lines.length > 0));
  disposables.push(engine);
  process.kill(engine.pid ?? 0, "SIGKILL");
  await expect.poll(() => pids().length, { timeout: 3_000 }).toBe(2);
  process.kill(pids()[1] ?? 0, "SIGKILL");
  await expect.poll(() => pids().length, { timeout: 3_000 }).toBe(3);
  await expect.poll(() => pids().map(isAlive), { timeout: 5_000 }).toEqual([false, false, true]);
});

test("stopping at once after the start leaves nothing behind", async () => {
  const engine = await Engine.start(program("echo $$; exec sleep 60"));
  await engine.stop();
  await expect.poll(() => pids().some(isAlive), { timeout: 5_000 }).toBe(false);
}, 15_000);

test("an engine dies with the process that started it, even when that one is killed", async () => {
  const parent = spawn(
    process.execPath,
    [fileURLToPath(new URL("./testing/abandonedParent.ts", import.meta.url)), natsServerBinary, directory],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [chunk] = (await once(parent.stdout, "data")) as [Buffer];
  const server = chunk.toString().trim();
  expect(await isServing(server)).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(() => isServing(server), { timeout: 5_000 }).toBe(false);
}, 15_000);

test("an engine that cannot start says what is wrong", async () => {
  const busy = createServer().listen(0, "127.0.0.1");
  await once(busy, "listening");
  const address = busy.address();
  const clientPort = typeof address === "object" && address ? address.port : 0;
  await expect(startNatsServer({ ...natsOptions(), clientPort })).rejects.toThrow(
    /nats-server ended with code 1[^]*address already in use/,
  );
  busy.close();
  await expect(startNatsServer({ ...natsOptions(), binary: "/nowhere/nats-server" })).rejects.toThrow(
    /nats-server ended with code 127[^]*\/nowhere\/nats-server/,
  );
});

test("what an engine says is logged without tokens and passwords", async () => {
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4In0.c2lnbmF0dXJl";
  const said = `echo 'GET /rtc?access_token=${jwt}&x=1 {"pass":"hunter2","secret":"s3cret"}'; exec sleep 60`;
  const engine = await Engine.start(program(said, async () => lines.length > 0));
  await engine.stop();
  const text = JSON.stringify(lines);
  expect(text).toContain("GET /rtc");
  for (const secret of [jwt, "c2lnbmF0dXJl", "hunter2", "s3cret"]) expect(text).not.toContain(secret);
});
