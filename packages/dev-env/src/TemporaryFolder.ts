import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Waits until standard input closes, which the kernel sees to when this process ends in whatever way, then until the
 * programs that write to the folder are gone (their ids are the lines of standard input), and removes it.
 */
const removeWhenDone = `
folder=$1
pids=
while read -r pid; do pids="$pids $pid"; done
tries=0
for pid in $pids; do
  while kill -0 "$pid" 2>/dev/null && [ $tries -lt 300 ]; do tries=$((tries + 1)); sleep 0.1; done
done
tries=0
until rm -rf -- "$folder" 2>/dev/null || [ $tries -gt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
`;

/** A folder that is removed when it is disposed, and also when this process is killed before. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "sotto-dev-"));
  readonly #guard: ChildProcess;

  constructor() {
    this.#guard = spawn("/bin/sh", ["-c", removeWhenDone, "guard", this.path], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#guard.unref();
  }

  /** The folder stays while this process writes to it. */
  usedBy(pid: number): void {
    this.#guard.stdin?.write(`${pid}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#guard.exitCode !== null) return;
    this.#guard.ref();
    const exited = once(this.#guard, "exit");
    this.#guard.stdin?.end();
    await exited;
  }
}
