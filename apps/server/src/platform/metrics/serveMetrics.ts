import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { renderMetrics, type Metric } from "./Metric.ts";

export interface MetricsListener extends AsyncDisposable {
  /** The port that was taken. */
  port: number;
}

/** Serves `GET /metrics` at an address of its own, apart from what is public, and nothing else. */
export async function serveMetrics(
  metrics: readonly Metric[],
  { host, port }: { host: string; port: number },
): Promise<MetricsListener> {
  const answer = async ({ method, url }: IncomingMessage, response: ServerResponse) => {
    const isAsked = method === "GET" && url === "/metrics";
    const text = isAsked ? await renderMetrics(metrics) : "GET /metrics is all there is here\n";
    response.writeHead(isAsked ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(text);
  };
  const server = createServer((request, response) => void answer(request, response)).listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
