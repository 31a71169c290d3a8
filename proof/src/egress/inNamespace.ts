import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { namespaceScript } from "./namespaceScript.ts";
import type { Report } from "./recordInstallation.ts";

const program = resolve(import.meta.dirname, "recordInstallation.ts");
const keptOutput = 2_000;

/** Why nothing can be recorded on this machine; null where it can. */
export async function whyNotRecorded(): Promise<string | null> {
  if (process.platform !== "linux") return "needs Linux: network namespaces";
  for (const [command, args] of [
    ["ip", ["-V"]],
    ["tcpdump", ["--version"]],
  ] as const) {
    const { code } = await run(command, args);
    if (code !== 0) return `needs ${command} (Debian: apt-get install tcpdump iproute2)`;
  }
  const { code, output } = await runInNamespace("true", []);
  return code === 0 ? null : `needs network namespaces, as root or as a user who may make them: ${output.trim()}`;
}

/** Runs a whole installation in a network namespace of its own; gives everything that tried to leave. */
export async function recordInstallation(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-egress-"));
  try {
    const report = join(folder, "report.json");
    const { code, output } = await runInNamespace(process.execPath, [program, folder, report]);
    if (code !== 0) throw new Error(`the recorded installation ended with ${code}: ${output.slice(-keptOutput)}`);
    return JSON.parse(readFileSync(report, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program as the only one on a machine whose network is recorded and leads nowhere. */
async function runInNamespace(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), "sotto-namespace-"));
  try {
    // Not as root of the namespace: tcpdump would give that up, which is not allowed there.
    const isRoot = process.getuid?.() === 0;
    const namespaces = [...(isRoot ? [] : ["--user", "--map-current-user", "--keep-caps"]), "--net", "--mount"];
    return await run("unshare", [...namespaces, "sh", "-c", namespaceScript, "namespace", folder, command, ...args]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives the exit code (127: there is no such program) and what it wrote. */
async function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  const hear = (data: Buffer) => void output.push(String(data));
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const stop = () => child.kill();
  process.once("exit", stop);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? 1, output: output.join("") };
  } catch (error) {
    return { code: 127, output: String(error) };
  } finally {
    process.removeListener("exit", stop);
  }
}
