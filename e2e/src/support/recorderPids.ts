import { execFileSync } from "node:child_process";

/** Of the recorders that a control plane has started. */
export function recorderPids(controlPlanePid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const processes = lines.flatMap((line) => {
    const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => pid === controlPlanePid || (pid > 1 && isBelow(parents.get(pid) ?? 0));
  return processes
    .filter(({ pid, args }) => isBelow(pid) && !args.includes("guard") && args.includes("apps/recorder/src/main.ts"))
    .map(({ pid }) => pid);
}
