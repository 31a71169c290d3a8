import type { AddressInfo } from "node:net";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Context } from "./context.ts";
import { activityRpc } from "./features/activity/rpc.ts";
import { captionsRpc } from "./features/captions/rpc.ts";
import { chatRpc } from "./features/chat/rpc.ts";
import { epochsRpc } from "./features/epochs/rpc.ts";
import { serveFiles } from "./features/files/serveFiles.ts";
import { guestRoutes } from "./features/guests/routes.ts";
import { handsRpc } from "./features/hands/rpc.ts";
import { joinRoutes } from "./features/join/routes.ts";
import { lobbyRoutes } from "./features/lobby/routes.ts";
import { managementRoutes } from "./features/management/routes.ts";
import { mediaEventRoutes } from "./features/mediaEvents/routes.ts";
import { moderationRpc } from "./features/moderation/rpc.ts";
import { openApiRoutes } from "./features/openApi/routes.ts";
import { openingRoutes } from "./features/opening/routes.ts";
import { pageClosedRoutes } from "./features/pageClosed/routes.ts";
import { receiptRoutes } from "./features/receipts/routes.ts";
import { rosterRpc } from "./features/roster/rpc.ts";
import { servicesRpc } from "./features/services/rpc.ts";
import { sessionRpc } from "./features/sessions/rpc.ts";
import { transcriptRoutes } from "./features/transcripts/routes.ts";
import { transcriptsRpc } from "./features/transcripts/rpc.ts";
import { waitingRoomRpc } from "./features/waitingRoom/rpc.ts";
import { AppError } from "./platform/AppError.ts";
import { createHttp } from "./platform/http/createHttp.ts";
import { securityHeaders } from "./platform/http/securityHeaders.ts";
import { servePage } from "./platform/http/servePage.ts";
import { NatsProxy } from "./platform/nats/NatsProxy.ts";
import { RtcProxy, rtcPaths } from "./platform/rtcProxy/RtcProxy.ts";

export interface App extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  origin: string;
}

/** Registers every feature and listens: the whole surface of the control plane is in this file. */
export async function startApp(context: Context): Promise<App> {
  const { config, endpoints, jobs, log, metrics, nats, participants, services, sfu, standings } = context;
  const { frameAncestors, host, port, publicUrl, trustProxy } = config.server;
  const headers = securityHeaders({ frameAncestors, https: publicUrl?.startsWith("https:") ?? false });
  const http = await createHttp({
    trustProxy,
    headers,
    onAnswered: (status, seconds) => metrics.http(status, seconds),
    log,
  });

  // HTTP
  await managementRoutes(http, context);
  openApiRoutes(http);
  lobbyRoutes(http, context);
  guestRoutes(http, context);
  joinRoutes(http, context);
  openingRoutes(http, context);
  receiptRoutes(http, context);
  transcriptRoutes(http, context);
  pageClosedRoutes(http, context);
  await mediaEventRoutes(http, context);
  http.get("/healthCheck", async () => {
    if (!nats.isConnected()) throw AppError.unavailable();
    return { status: "ok" };
  });
  await servePage(http, config.webDir);

  // What participants ask over NATS, and who may connect to it
  const router = nats.serveRpc(
    (sid, pid) => participants.lookup(sid, pid),
    (method, code, seconds) => metrics.rpc(method, code, seconds),
  );
  sessionRpc(router, context);
  rosterRpc(router, context);
  chatRpc(router, context);
  captionsRpc(router, context);
  transcriptsRpc(router, context);
  epochsRpc(router, context);
  handsRpc(router, context);
  activityRpc(router, context);
  moderationRpc(router, context);
  waitingRoomRpc(router, context);
  servicesRpc(router, context);
  await serveFiles(http, router, context);
  jobs.serve(({ jobId }) => services.tokenFor(jobId));
  nats.serveAuth((sid, pid, secret, connection) => participants.authorize(sid, pid, secret, connection));
  nats.connections.onDisconnected((connection) => {
    participants
      .disconnected(connection)
      .catch((error: unknown) => log.error({ err: error }, "a lost connection was not noted"));
  });

  // The two engines behind the one public port
  const natsProxy = new NatsProxy({
    websocketUrl: endpoints.natsWebsocketUrl,
    isReady: () => nats.isConnected(),
    trustProxy,
    limits: { pendingPerNetwork: config.nats.pendingPerNetwork },
    log,
  });
  const rtcProxy = new RtcProxy({ sfu, standings, log });
  for (const path of rtcPaths) {
    http.get(path, async (request, reply) => {
      reply.hijack();
      const all = { ...headers, "cache-control": "no-store" };
      for (const [name, value] of Object.entries(all)) reply.raw.setHeader(name, value);
      await rtcProxy.handleGet(request.raw, reply.raw);
    });
  }
  http.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [path = ""] = (request.url ?? "").split("?");
    if (path === "/nats") natsProxy.handleUpgrade(request, socket, head);
    else if (rtcPaths.includes(path)) rtcProxy.handleUpgrade(request, socket, head);
    else socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });

  await http.listen({ host, port });
  return {
    origin: originOf(http.server.address() as AddressInfo),
    async [Symbol.asyncDispose]() {
      natsProxy.close();
      rtcProxy.close();
      await http.close();
    },
  };
}

function originOf({ address, family, port }: AddressInfo): string {
  const host = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  return `http://${family === "IPv6" && host === address ? `[${host}]` : host}:${port}`;
}
