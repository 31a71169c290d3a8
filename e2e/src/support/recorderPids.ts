import { processesBelow } from "./processesBelow.ts";

/** Of the recorders that a control plane has started. */
export function recorderPids(controlPlanePid: number): number[] {
  return processesBelow(controlPlanePid)
    .filter(({ args }) => !args.includes("guard") && args.includes("apps/recorder/src/main.ts"))
    .map(({ pid }) => pid);
}
