import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A child process that obeys one command after the other. */
export class Helper<Command extends object, Answer extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(program: URL) {
    this.#child = fork(fileURLToPath(program), [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ask(command: Command): Promise<Answer> {
    const answer = once(this.#child, "message");
    this.#child.send(command);
    const [message] = (await answer) as [Answer | { error: string }];
    if ("error" in message) throw new Error(message.error);
    return message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }
}
