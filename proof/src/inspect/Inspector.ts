import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { EngineState } from "./EngineState.ts";

const program = fileURLToPath(new URL("inspectEngines.ts", import.meta.url));

/**
 * Looks into the engines with the installation's own secrets but none of its code, in a process of its own: the client
 * library cannot use TCP where it already uses WebSockets.
 */
export class Inspector implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<never>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(dataFolder: string) {
    this.#child = fork(program, [dataFolder], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#gone = once(this.#child, "exit").then(([code, signal]) => {
      throw new Error(`the inspection of the engines ended with ${signal ?? `code ${code}`}`);
    });
    this.#gone.catch(() => undefined); // it ends in the end
  }

  /** What the engines hold after this call. One look after the other, so that nobody gets the answer to an older one. */
  look(): Promise<EngineState> {
    const state = this.#last.then(() => this.#look());
    this.#last = state.catch(() => undefined);
    return state;
  }

  async #look(): Promise<EngineState> {
    const answer = once(this.#child, "message");
    this.#child.send("look");
    const [message] = (await Promise.race([answer, this.#gone])) as [{ state?: EngineState; error?: string }];
    if (message.state === undefined) throw new Error(`the engines cannot be inspected: ${message.error}`);
    return message.state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#gone.catch(() => undefined);
  }
}
