import { ControlPlaneLink, takeJobs } from "@sotto/worker";
import { pino } from "pino";
import { bundlePage } from "./bundlePage.ts";
import { EngineError } from "./engine/EngineError.ts";
import { openEngine } from "./engine/openEngine.ts";
import { readSettings, SettingsError } from "./settings.ts";
import { transcribeJob } from "./transcribeJob.ts";

/** Takes transcription jobs until it is told to stop. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { nats: servers, seed, origin, chromium: executablePath, speakers: atOnce, meetings } = settings;
  const log = pino({ level: "info" });
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stopped.resolve);
  const engine = openEngine(settings);
  if (!engine.isIsolated) log.warn("the speech engine runs where it could reach the network");
  const bundle = await bundlePage();
  await using link = await ControlPlaneLink.open({ servers, seed });
  const onTrouble = (error: unknown, what: string) => log.warn({ err: error }, what);
  const transcriber = { origin, bundle, executablePath, engine, atOnce, onTrouble };
  await using _worker = takeJobs("transcription", (running) => transcribeJob(transcriber, running), {
    link,
    atOnce: meetings,
    onTrouble,
  });
  log.info({ engine: engine.name, meetings, speakers: atOnce }, "the transcriber takes jobs");
  await stopped.promise;
  log.info("the transcriber is stopping");
}

await main().catch((error: unknown) => {
  const isForPeople = error instanceof SettingsError || error instanceof EngineError;
  const explained = isForPeople ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`The transcriber cannot start: ${explained}\n`);
  process.exitCode = 1;
});
