import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@sotto/dev-env";

export interface BareNats extends AsyncDisposable {
  /** `ws://…` */
  url: string;
  pid: number;
}

/** A nats-server without accounts, and thus without questions; JetStream in memory, for who wants it. */
export async function startBareNats(): Promise<BareNats> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-bench-"));
  const port = await freePort();
  const config = join(folder, "nats.conf");
  const lines = [
    `listen: "127.0.0.1:-1"`,
    `websocket { listen: "127.0.0.1:${port}", no_tls: true }`,
    `jetstream { store_dir: ${JSON.stringify(folder)}, max_memory_store: 1073741824, max_file_store: 0 }`,
  ];
  writeFileSync(config, lines.join("\n"));
  const binary = process.env["SOTTO_NATS_SERVER_BIN"] ?? join(import.meta.dirname, "../../.sotto/engines/nats-server");
  const server = spawn(binary, ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  const stop = async () => {
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
    rmSync(folder, { recursive: true });
  };
  try {
    await readyLine(server.stderr);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `ws://127.0.0.1:${port}`, pid: server.pid ?? 0, [Symbol.asyncDispose]: stop };
}

/** Resolves when nats-server says that it is ready; throws if it ends before. */
async function readyLine(log: Readable): Promise<void> {
  const ready = Promise.withResolvers<void>();
  log.on("data", (text: Buffer) => {
    if (text.includes("Server is ready")) ready.resolve();
  });
  log.once("end", () => ready.reject(new Error("nats-server did not start")));
  await ready.promise;
}
