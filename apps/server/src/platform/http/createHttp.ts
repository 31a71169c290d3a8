import cookie from "@fastify/cookie";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { AppError } from "../AppError.ts";
import { checkMs, headMs, keepDeadlines, maxTransferMs } from "./deadlines.ts";
import { errorBody, maxRequestBytes, publicError } from "./errors.ts";

interface HttpOptions {
  trustProxy: boolean;
  headers: Record<string, string>;
  /** Told of every answer, with its status and how long it took. */
  onAnswered?: (status: number, seconds: number) => void;
  log: Logger;
}

/** The HTTP server with what every route shares. Requests are logged by the route's pattern: addresses hold secrets. */
export async function createHttp({ trustProxy, headers, onAnswered, log }: HttpOptions): Promise<FastifyInstance> {
  const http = Fastify({
    bodyLimit: maxRequestBytes,
    // One hop: what the proxy in front of us says, and nothing that its client wrote there.
    trustProxy: (_address, hop) => trustProxy && hop === 0,
    forceCloseConnections: true,
    requestTimeout: maxTransferMs,
    http: { headersTimeout: headMs, connectionsCheckingInterval: checkMs },
    routerOptions: { maxParamLength: 200 },
    onProtoPoisoning: "ignore",
    onConstructorPoisoning: "ignore",
  });
  await http.register(cookie);
  keepDeadlines(http);

  http.addHook("onRoute", ({ method, url }) => log.debug({ method, route: url }, "serves"));
  http.addHook("onRequest", async (_request, reply) => {
    reply.headers(headers);
  });
  http.addHook("onSend", async (_request, reply, payload) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    return payload;
  });
  http.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    onAnswered?.(reply.statusCode, reply.elapsedTime / 1000);
    log.debug(
      { method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "request",
    );
  });

  http.setErrorHandler((thrown, request, reply) => {
    const error = publicError(thrown);
    if (error === null || (error.status >= 500 && error.cause !== undefined)) {
      log.error({ err: thrown, method: request.method, route: request.routeOptions.url }, "a request failed");
    }
    return reply.code(error?.status ?? 500).send(errorBody(error));
  });
  http.setNotFoundHandler((_request, reply) => {
    const error = AppError.notFound();
    return reply.code(error.status).send(errorBody(error));
  });
  return http;
}
