import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds that all processes of Chromium below this one have used so far. Linux only. */
export function chromiumCpuSeconds(): number {
  const processes = readdirSync("/proc").flatMap((name) => readProcess(name) ?? []);
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isOurs = (pid: number): boolean => {
    for (let each: number | undefined = pid; each !== undefined && each > 1; each = parents.get(each)) {
      if (each === process.pid) return true;
    }
    return false;
  };
  return processes
    .filter(({ pid, name }) => name.startsWith("chrom") && isOurs(pid))
    .reduce((sum, { seconds }) => sum + seconds, 0);
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
