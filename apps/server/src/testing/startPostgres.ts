import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { tcpPort } from "../platform/engines/freePorts.ts";

/** Whether this machine has a Postgres to test with. */
export const hasPostgres = ["postgres", "initdb"].every((program) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program))),
);

/** An empty Postgres on a free port, gone when disposed. It refuses to run as root, so root hands it to its own user. */
export async function startPostgres(): Promise<AsyncDisposable & { url: string }> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-postgres-"));
  const account = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, "data");
  execFileSync("initdb", ["-D", data, "-U", "sotto", "-A", "trust", "-N"], {
    ...account,
    cwd: folder,
    stdio: "ignore",
  });
  const port = await tcpPort(0);
  const args = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-F"];
  const child = spawn("postgres", args, { ...account, cwd: folder, stdio: "ignore" });
  const url = `postgres://sotto@127.0.0.1:${port}/postgres`;
  while (!(await accepts(url))) {
    if (child.exitCode !== null) throw new Error("postgres did not start");
    await delay(50);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.kill("SIGQUIT");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
