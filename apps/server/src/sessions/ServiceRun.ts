import { joiningServices, type JoiningService, type ServiceState, type ServiceStates } from "@sotto/protocol";
import { z } from "zod";

const runSchema = z.object({ jobId: z.string(), startedBy: z.string().nullable(), since: z.int() });
/** By when the next phase is to be reached. */
const until = z.int();

/**
 * How it stands with one service of a running session, in the room's record.
 *
 * - `asking`: every page is told, and keeps its media from the service until its person agrees.
 * - `admitting`: all pages do so; a process may take the job, join and connect to the media.
 * - `on`: it is at work.
 */
export const serviceRunSchema = z.discriminatedUnion("phase", [
  z.object({
    phase: z.literal("off"),
    failure: z.object({ code: z.enum(["consent_missing", "unavailable"]), people: z.array(z.string()) }).nullable(),
  }),
  runSchema.extend({ phase: z.literal("asking"), until }),
  runSchema.extend({ phase: z.literal("admitting"), until }),
  runSchema.extend({ phase: z.literal("on") }),
]);
export type ServiceRun = z.infer<typeof serviceRunSchema>;

export const serviceRunsSchema = z.object({ recording: serviceRunSchema, transcription: serviceRunSchema });
export type ServiceRuns = z.infer<typeof serviceRunsSchema>;

export const noRuns: ServiceRuns = {
  recording: { phase: "off", failure: null },
  transcription: { phase: "off", failure: null },
};

/** What everybody in the session is told. */
export function serviceStatesOf({ recording, transcription }: ServiceRuns): ServiceStates {
  return { recording: stateOf(recording), transcription: stateOf(transcription) };
}

function stateOf(run: ServiceRun): ServiceState {
  if (run.phase === "off") return { state: "off", failure: run.failure };
  const { jobId, startedBy, since } = run;
  return { state: run.phase === "on" ? "on" : "asking", jobId, startedBy, since };
}

/** Ids of the runs that pages are to keep their media from: those that are on or about to be. */
export function runningJobs(runs: ServiceRuns): string[] {
  return joiningServices.flatMap((service) => {
    const run = runs[service];
    return run.phase === "off" ? [] : run.jobId;
  });
}

/** Whether the process of a run may see and hear. */
export function isAdmitted(runs: ServiceRuns, service: JoiningService, jobId: string): boolean {
  const run = runs[service];
  return (run.phase === "admitting" || run.phase === "on") && run.jobId === jobId;
}

/** Ids of the runs whose process may see and hear: no page is heard meanwhile that does not keep its media from them. */
export function admittedJobs(runs: ServiceRuns): string[] {
  return runningJobs(runs).filter((jobId) => joiningServices.some((service) => isAdmitted(runs, service, jobId)));
}
