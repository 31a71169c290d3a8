import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { MediaPage, MediaRights, Sfu } from "../sfu/Sfu.ts";

interface RtcProxyOptions {
  sfu: Sfu;
  standings: {
    /** What a page may do now; null where its person is not in that session (docs/adr/0006). */
    mediaRights(page: MediaPage): Promise<MediaRights | null>;
    /** Sees to it that what was granted still is what is allowed; `false` where nothing is. */
    confirmMedia(page: MediaPage, granted: MediaRights): Promise<boolean>;
  };
  log: Logger;
}

/** Somebody who may connect, and the way there. */
interface Passage {
  page: MediaPage;
  rights: MediaRights;
  target: URL;
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
 * Passes media signalling to livekit-server, for people who are in the session now, with a token that is made for this
 * one connection and grants what they may do now: the one they bring says who they are, and nothing else
 * (docs/adr/0010). Bytes go through unread, with back-pressure both ways.
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
    const passage = await this.#passage(request);
    if (passage === null) {
      response.writeHead(401, { "content-type": "text/plain" }).end("this media token is not valid here");
      return;
    }
    const upstream = this.#request(request, passage);
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
    const passage = await this.#passage(request);
    if (passage === null) return refuse(client, 401);
    if (client.destroyed) return;
    const upstream = this.#request(request, passage, { connection: "upgrade", upgrade: "websocket" });
    upstream.once("upgrade", (answer, server, serverHead) => {
      server.setTimeout(0);
      server.on("error", () => server.destroy());
      client.once("close", () => server.destroy());
      void this.#confirm(passage).then((confirmed) => {
        if (!confirmed) {
          server.destroy();
          return refuse(client, 401);
        }
        if (client.destroyed) return;
        client.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(answer)}\r\n`);
        if (serverHead.length > 0) client.write(serverHead);
        if (head.length > 0) server.write(head);
        this.#join(client, server);
      });
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

  /** While the SFU let them in, they may have lost what they were let in with. */
  async #confirm({ page, rights }: Passage): Promise<boolean> {
    return this.#options.standings.confirmMedia(page, rights).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, "it is not known what a page may do; it is turned away");
      return false;
    });
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

  /** Null for who may not connect. */
  async #passage(request: IncomingMessage): Promise<Passage | null> {
    const { sfu, standings } = this.#options;
    // The client chooses no host: of its address only path and query are taken.
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const page = sfu.bearerOf(searchParams.get("access_token") ?? bearer ?? "");
    const rights = page && (await standings.mediaRights(page));
    if (!rights || !rtcPaths.includes(pathname)) return null;
    searchParams.delete(shadowParameter);
    searchParams.set("access_token", sfu.connectionToken(page, rights));
    return { page, rights, target: new URL(`${pathname}?${searchParams.toString()}`, sfu.url) };
  }

  #request(request: IncomingMessage, { target }: Passage, extra: Record<string, string> = {}) {
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
