import { refusalOf } from "@sotto/protocol";
import { JobError, type RunningJob } from "@sotto/worker";
import { transcribe, type TranscribeOptions } from "./transcribe.ts";

/** What every job of this process has in common. */
export type Transcriber = Omit<TranscribeOptions, "credential" | "signal" | "onJoined">;

/**
 * Does a transcription job. Whatever the control plane says, a room whose own features forbid it is not joined: no token is
 * even asked for. Leaves no file: what is kept, the control plane has.
 */
export async function transcribeJob(
  transcriber: Transcriber,
  running: Pick<RunningJob, "job" | "signal" | "serviceToken" | "progress">,
): Promise<[]> {
  const refusal = refusalOf("transcription", running.job.features);
  if (refusal !== null) throw new JobError("forbidden", `this room is not transcribed: ${refusal}`);
  const token = await running.serviceToken();
  await transcribe({
    ...transcriber,
    credential: { kind: "token", token },
    signal: running.signal,
    async onJoined() {
      await running.progress("joined");
      await running.progress("running");
    },
  });
  return [];
}
