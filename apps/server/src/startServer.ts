import type { Logger } from "pino";
import { startApp } from "./app.ts";
import type { LoadedConfig } from "./config/loadConfig.ts";
import { loadSecrets } from "./config/loadSecrets.ts";
import { createContext, type Context, type ContextOptions } from "./context.ts";
import { Metrics } from "./metrics/Metrics.ts";
import { stateMetrics } from "./metrics/stateMetrics.ts";
import { openDatabase } from "./platform/db/openDatabase.ts";
import { tcpPort } from "./platform/engines/freePorts.ts";
import { processMetrics } from "./platform/metrics/processMetrics.ts";
import { serveMetrics } from "./platform/metrics/serveMetrics.ts";
import { startEngines } from "./startEngines.ts";

export interface Server extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  origin: string;
  /** The port of the metrics; null where they are not served. */
  metricsPort: number | null;
  context: Context;
}

/** A whole control plane: engines, services, HTTP. Disposing it ends the meetings that would die with it, and tells them. */
export async function startServer(
  given: LoadedConfig,
  log: Logger,
  { jobs }: Pick<ContextOptions, "jobs"> = {},
): Promise<Server> {
  // Known before it listens: livekit-server reports there.
  const config = { ...given, server: { ...given.server, port: await tcpPort(given.server.port) } };
  await using cleanup = new AsyncDisposableStack();
  const secrets = loadSecrets(config.dataDir, config);
  const metrics = new Metrics();
  const running: { context?: Context } = {};
  const inContext = (work: (context: Context) => Promise<void>) => {
    if (running.context === undefined) return;
    work(running.context).catch((error: unknown) => log.error({ err: error }, "media could not be put in order again"));
  };

  const [engines, database] = await inParallel(
    startEngines({
      config,
      secrets,
      log,
      onCrash: (engine) => metrics.engineCrashes.add(engine),
      onMediaLost: () => inContext(({ sessions }) => sessions.restoreMediaRooms()),
    }),
    openDatabase({ url: config.database.url, dataDir: config.dataDir, log }),
    cleanup,
  );
  const context = await createContext({
    config,
    secrets,
    endpoints: engines.endpoints,
    database,
    metrics,
    log,
    ...(jobs && { jobs }),
  });
  running.context = context;
  cleanup.use(context);
  if (engines.ownsMedia) {
    // Of what nobody remembered, media rooms are left. Not waited for: it waits itself for the state.
    context.nats.state.onLost(() => inContext(({ sessions }) => sessions.deleteStrayMediaRooms()));
  }

  const app = await startApp(context);
  cleanup.use(app);
  const metricsPort = await startMetrics(context, cleanup);
  if (engines.ownsMessages) cleanup.defer(() => context.sessions.endAll("server_shutdown"));

  const owned = cleanup.move();
  return { origin: app.origin, metricsPort, context, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Serves the metrics where the configuration says so; gives the port. */
async function startMetrics(context: Context, cleanup: AsyncDisposableStack): Promise<number | null> {
  const { host, port } = context.config.metrics;
  if (port === undefined) return null;
  const own = cleanup.use(processMetrics());
  const all = [...context.metrics.all(), ...stateMetrics(context), ...own.metrics];
  return cleanup.use(await serveMetrics(all, { host, port })).port;
}

/** Both, or neither: what was started is disposed of with `cleanup`, also when the other one fails. */
async function inParallel<A extends AsyncDisposable, B extends AsyncDisposable>(
  first: Promise<A>,
  second: Promise<B>,
  cleanup: AsyncDisposableStack,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === "fulfilled") cleanup.use(a.value);
  if (b.status === "fulfilled") cleanup.use(b.value);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}
