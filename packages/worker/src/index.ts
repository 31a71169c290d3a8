export { ControlPlaneLink, type ControlPlaneAddress } from "./ControlPlaneLink.ts";
export { JobError } from "./JobError.ts";
export { launchBrowser, type BrowserOptions } from "./launchBrowser.ts";
export { takeJobs, type JobHandler, type TakeJobsOptions, type Worker } from "./takeJobs.ts";
export type { RunningJob } from "./RunningJob.ts";
