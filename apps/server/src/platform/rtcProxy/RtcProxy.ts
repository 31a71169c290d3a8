import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { Sfu } from "../sfu/Sfu.ts";

interface RtcProxyOptions {
  sfu: Sfu;
  /** Whether the bearer of a media token is in that session now (docs/adr/0006). */
  mayConnect: (sessionId: string, identity: string) => Promise<boolean>;
  log: Logger;
}

/** The addresses of livekit-server that browsers use. */
export const rtcPaths = ["/rtc", "/rtc/v1", "/rtc/validate", "/rtc/v1/validate"];
/** The client's token, hop-by-hop headers (RFC 9110, 7.6.1), and what would tell the SFU more than it needs. */
const dropped = new Set([
  "authorization",
  "connection",
  "cookie",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "referer",
]);
/** With it livekit-server lets a second page in beside the first, as `<identity>#<value>`, which is on nobody's list. */
const shadowParameter = "publish";
const connectTimeoutMs = 10_000;

/**
 * Passes media signalling to livekit-server, for people who are in the session now: the SFU would honour a token also
 * after its holder left. Bytes go through unread, with back-pressure both ways.
 */
export class RtcProxy {
  readonly #options: RtcProxyOptions;
  readonly #open = new Set<Duplex>();

  constructor(options: RtcProxyOptions) {
    this.#options = options;
  }

  /** Takes over an HTTP upgrade request for one of the rtc paths. */
  handleUpgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on("error", () => client.destroy());
    this.#upgrade(request, client, head).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, "media signalling could not be passed on");
      refuse(client, 502);
    });
  }

  /** Answers a plain GET for one of the rtc paths: LiveKit's client asks here why a connection failed. */
  async handleGet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = await this.#targetOf(request);
    if (target === null) {
      response.writeHead(401, { "content-type": "text/plain" }).end("this media token is not valid here");
      return;
    }
    const upstream = this.#request(request, target);
    upstream.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, { "content-type": answer.headers["content-type"] ?? "text/plain" });
      answer.pipe(response);
    });
    upstream.once("error", (error) => {
      this.#options.log.warn({ err: error }, "livekit-server does not answer");
      response.writeHead(502).end();
    });
    upstream.end();
  }

  /** Closes every connection. */
  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  async #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const target = await this.#targetOf(request);
    if (target === null) return refuse(client, 401);
    if (client.destroyed) return;
    const upstream = this.#request(request, target, { connection: "upgrade", upgrade: "websocket" });
    upstream.once("upgrade", (answer, server, serverHead) => {
      server.setTimeout(0);
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(answer)}\r\n`);
      if (serverHead.length > 0) client.write(serverHead);
      if (head.length > 0) server.write(head);
      this.#join(client, server);
    });
    upstream.once("response", (answer) => {
      answer.resume();
      refuse(client, answer.statusCode ?? 502);
    });
    upstream.once("error", (error) => {
      this.#options.log.warn({ err: error }, "livekit-server does not answer");
      refuse(client, 502);
    });
    client.once("close", () => upstream.destroy());
    upstream.end();
  }

  #join(client: Duplex, server: Duplex): void {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(one);
      one.pipe(other);
      one.once("error", () => other.destroy());
      one.once("close", () => {
        this.#open.delete(one);
        other.destroy();
      });
    }
  }

  /** Where the request goes on to; null for who may not connect. */
  async #targetOf(request: IncomingMessage): Promise<URL | null> {
    const { sfu, mayConnect } = this.#options;
    // The client chooses no host: of its address only path and query are taken.
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const token = searchParams.get("access_token") ?? bearer ?? "";
    const claims = sfu.bearerOf(token);
    if (claims === null || !(await mayConnect(claims.sessionId, claims.identity))) return null;
    if (!rtcPaths.includes(pathname)) return null;
    // livekit-server prefers a header and gets none: exactly the token that was looked at.
    searchParams.set("access_token", token);
    searchParams.delete(shadowParameter);
    return new URL(`${pathname}?${searchParams.toString()}`, sfu.url);
  }

  #request(request: IncomingMessage, target: URL, extra: Record<string, string> = {}) {
    const kept = Object.entries(request.headers).filter(([name, value]) => value !== undefined && !dropped.has(name));
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    return send(target, {
      method: "GET",
      headers: { ...Object.fromEntries(kept), ...extra },
      timeout: connectTimeoutMs,
      agent: false,
    }).once("timeout", function (this: { destroy: (error: Error) => void }) {
      this.destroy(new Error("livekit-server does not answer in time"));
    });
  }
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = "";
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  return lines;
}

function refuse(client: Duplex, status: number): void {
  if (client.writable) client.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
