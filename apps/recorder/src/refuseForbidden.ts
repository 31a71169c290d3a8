import { refusalOf, type Job } from "@sotto/protocol";
import { JobError } from "@sotto/worker";

/** Throws where the room's own features forbid a recording, whatever the control plane says. */
export function refuseForbidden({ features }: Pick<Job, "features">): void {
  const refusal = refusalOf("recording", features);
  if (refusal === "key_model_forbids")
    throw new JobError("forbidden", "nobody but the people in this meeting has its key: it is not recorded");
  if (refusal !== null) throw new JobError("forbidden", "this meeting is not to be recorded");
}
