import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "@sotto/dev-env";

const binary = process.env["SOTTO_NATS_SERVER_BIN"] ?? join(import.meta.dirname, "../../.sotto/engines/nats-server");

/** A nats-server without accounts, and thus without questions; JetStream in memory or on disk, as a stream wants it. */
export class BareNats implements AsyncDisposable {
  /** Of its WebSocket. */
  readonly url: string;
  readonly tcpUrl: string;
  readonly #folder: string;
  #server: ChildProcess;

  static async start(): Promise<BareNats> {
    const folder = mkdtempSync(join(tmpdir(), "sotto-bench-"));
    const [port, tcpPort] = [await freePort(), await freePort()];
    const config = `listen: "127.0.0.1:${tcpPort}"
websocket { listen: "127.0.0.1:${port}", no_tls: true }
jetstream { store_dir: ${JSON.stringify(join(folder, "jetstream"))}, max_memory_store: 1073741824 }
`;
    writeFileSync(join(folder, "nats.conf"), config);
    try {
      return new BareNats({ port, tcpPort, folder, server: await run(folder) });
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
  }

  private constructor({
    port,
    tcpPort,
    folder,
    server,
  }: {
    port: number;
    tcpPort: number;
    folder: string;
    server: ChildProcess;
  }) {
    this.url = `ws://127.0.0.1:${port}`;
    this.tcpUrl = `nats://127.0.0.1:${tcpPort}`;
    this.#folder = folder;
    this.#server = server;
  }

  get pid(): number {
    return this.#server.pid ?? 0;
  }

  /** Ends it at once; what it wrote to disk stays. */
  async kill(): Promise<void> {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const exited = once(this.#server, "exit");
    this.#server.kill("SIGKILL");
    await exited;
  }

  async restart(): Promise<void> {
    this.#server = await run(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Resolves when nats-server says that it is ready; throws if it ends before. */
async function run(folder: string): Promise<ChildProcess> {
  const server = spawn(binary, ["-c", join(folder, "nats.conf")], { stdio: ["ignore", "ignore", "pipe"] });
  const log: Readable = server.stderr;
  const ready = Promise.withResolvers<void>();
  log.on("data", (text: Buffer) => text.includes("Server is ready") && ready.resolve());
  log.once("end", () => ready.reject(new Error("nats-server did not start")));
  try {
    await ready.promise;
    return server;
  } catch (error) {
    server.kill("SIGKILL");
    throw error;
  }
}
