import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds that all processes of Chromium below one, this by default, have used so far. Linux only. */
export function chromiumCpuSeconds(below = process.pid): number {
  const processes = readdirSync("/proc").flatMap((name) => readProcess(name) ?? []);
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  return processes
    .filter(({ pid, name }) => name.startsWith("chrom") && isBelow(pid, parents, below))
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

/** CPU seconds that one process has used so far, 0 for one that is gone. Linux only. */
export function cpuSecondsOf(pid: number): number {
  return readProcess(String(pid))?.seconds ?? 0;
}

/** Ids of the processes of that name which this one or a process below it has started. Linux only. */
export function descendantsNamed(name: string): number[] {
  const processes = readdirSync("/proc").flatMap((entry) => readProcess(entry) ?? []);
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  return processes.filter((each) => each.name === name && isBelow(each.pid, parents)).map(({ pid }) => pid);
}

/** Whether a process, this by default, is among another one's ancestors. */
function isBelow(pid: number, parents: ReadonlyMap<number, number>, root = process.pid): boolean {
  for (let each: number | undefined = pid; each !== undefined && each > 1; each = parents.get(each)) {
    if (each === root) return true;
  }
  return false;
}

/** Null for what is no process, or is gone. */
function readProcess(pid: string): { pid: number; parent: number; name: string; seconds: number } | null {
  if (!/^\d+$/.test(pid)) return null;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The name stands in parentheses and may hold anything.
  const end = stat.lastIndexOf(")");
  const name = stat.slice(stat.indexOf("(") + 1, end);
  const fields = stat
    .slice(end + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0] = fields.slice(11, 13);
  return { pid: Number(pid), parent, name, seconds: (user + system) / ticksPerSecond };
}
