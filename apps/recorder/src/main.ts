import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ControlPlaneLink, takeJobs } from "@sotto/worker";
import { pino } from "pino";
import { finishRecording } from "./finishRecording.ts";
import { loadRecorderConfig, RecorderConfigError } from "./RecorderConfig.ts";
import { recordJob } from "./recordJob.ts";
import { Unfinished } from "./Unfinished.ts";

/** How often a recorder looks for what others left behind. */
const leftoversMs = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  const config = loadRecorderConfig(values.config, process.env);
  const log = pino({ level: config.logLevel });
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stopped.resolve);

  await mkdir(config.dir, { recursive: true, mode: 0o700 });
  await using link = await ControlPlaneLink.open({ servers: config.nats, seed: config.seed });
  const recorder = { config, link, log };
  let looking = Promise.resolve();
  const look = async () => {
    for (const unfinished of await Unfinished.findLeft(config.dir, Date.now())) {
      using left = unfinished;
      try {
        const { recordingId } = await finishRecording(left, {
          ...config,
          stored: (recording) => link.stored(recording),
        });
        log.info({ recordingId }, "a recording that a recorder left behind is complete");
      } catch (error) {
        log.warn(
          { err: error, recordingId: left.note.recordingId },
          "a recording that was left behind cannot be completed yet",
        );
      }
    }
  };
  const timer = setInterval(() => {
    looking = looking
      .then(look)
      .catch((error: unknown) => log.warn({ err: error }, "the recordings cannot be looked at"));
  }, leftoversMs);
  await using worker = takeJobs("recording", (running) => recordJob(recorder, running), {
    link,
    atOnce: config.atOnce,
    onTrouble: (error, what) => log.warn({ err: error }, what),
  });
  log.info({ atOnce: config.atOnce, sealed: config.ageRecipient !== undefined }, "the recorder takes recordings");

  await stopped.promise;
  log.info({ busy: worker.busy }, "the recorder is stopping");
  clearInterval(timer);
  await looking;
}

await main().catch((error: unknown) => {
  const explained =
    error instanceof RecorderConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`The recorder cannot start: ${explained}\n`);
  process.exitCode = 1;
});
