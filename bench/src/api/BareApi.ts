import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BareNats } from "../BareNats.ts";

/** The least that does what the API does, in a process of its own, with a nats-server of its own. */
export class BareApi implements AsyncDisposable {
  readonly origin: string;
  readonly #program: ChildProcess;
  readonly #nats: BareNats;

  static async start(secret: string): Promise<BareApi> {
    const nats = await BareNats.start();
    const file = join(import.meta.dirname, "serveBareApi.ts");
    const program = spawn(process.execPath, [file, nats.tcpUrl, secret], { stdio: ["ignore", "pipe", "inherit"] });
    const [origin] = (await once(createInterface(program.stdout), "line")) as [string];
    return new BareApi(origin, program, nats);
  }

  private constructor(origin: string, program: ChildProcess, nats: BareNats) {
    this.origin = origin;
    this.#program = program;
    this.#nats = nats;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#program, "exit");
    this.#program.kill("SIGKILL");
    await exited;
    await this.#nats[Symbol.asyncDispose]();
  }
}
