import { parseArgs } from "node:util";
import { ConfigError } from "./config/ConfigError.ts";
import { loadConfig } from "./config/loadConfig.ts";
import { createLog } from "./platform/log/createLog.ts";
import { startServer } from "./startServer.ts";

const usage = "usage: node apps/server/src/main.ts [--config FILE]";
/** Whoever waits for us to stop loses patience at some point. */
const stopTimeoutMs = 12_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(usage);

  const config = loadConfig(values.config, process.env);
  const log = createLog(config.log.level);
  const server = await startServer(config, log);
  const stop = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop.resolve);
  console.log(`Data receipts are signed with key ${server.context.receiptKey.fingerprint}`);
  console.log(`Sotto is ready at ${config.server.publicUrl ?? server.origin}`);

  await stop.promise;
  console.log("Sotto is stopping");
  setTimeout(() => {
    log.error("it did not stop in time");
    process.exit(1);
  }, stopTimeoutMs).unref();
  await server[Symbol.asyncDispose]();
}

/** One sentence for what a person can fix, a stack for what only we can. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  if (code === "EADDRINUSE") return `port ${port} of ${address} is in use; stop the other program or set server.port`;
  if (code === "EACCES" && port !== undefined)
    return `port ${port} needs more rights; choose one above 1023 as server.port`;
  if (String(code).startsWith("ERR_PARSE_ARGS")) return `${(error as Error).message}\n${usage}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main().catch((error: unknown) => {
  console.error(`Sotto cannot start: ${explain(error)}`);
  process.exitCode = 1;
});
