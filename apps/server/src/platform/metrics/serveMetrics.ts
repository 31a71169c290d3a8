import { once } from "node:events";
import { createServer } from "node:http";
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
  const server = createServer((request, response) => {
    const isAsked = request.method === "GET" && request.url === "/metrics";
    response.writeHead(isAsked ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(isAsked ? renderMetrics(metrics) : "GET /metrics is all there is here\n");
  }).listen(port, host);
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
