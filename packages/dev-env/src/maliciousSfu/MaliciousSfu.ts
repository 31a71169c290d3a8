import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { SignalRequest } from "@livekit/protocol";
import { WebSocket, WebSocketServer } from "ws";
import { DeceivedPage } from "./DeceivedPage.ts";
import type { Lies } from "./Lies.ts";

/**
 * A proxy in front of livekit-server that reads and rewrites its signalling (protobuf over WebSocket, `/rtc` and
 * `/rtc/v1`), as an SFU that was taken over could. Media goes past it: it is relayed by livekit-server as ever. Without
 * {@link lies}, and for everything that is not signalling, it passes on what it gets.
 */
export class MaliciousSfu implements AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`, in place of livekit-server's. */
  readonly url: string;
  /** In force for everything said from now on. */
  lies: Lies = {};
  readonly #target: URL;
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #pages = new Set<DeceivedPage>();

  /** @param target livekit-server's, such as `http://127.0.0.1:7880` */
  static async start(target: string): Promise<MaliciousSfu> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new MaliciousSfu(server, new URL(target));
  }

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => this.#passOn(request, response));
    server.on("upgrade", (request, socket, head) => this.#connect(request, socket, head));
  }

  /** The page that is connected with that identity, or with one that begins so; the latest, if there are more. */
  page(identity: string): DeceivedPage {
    const page = [...this.#pages].findLast((each) => each.identity.startsWith(identity));
    if (!page) throw new Error(`nobody is connected as ${identity}`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const page of this.#pages) page.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #passOn(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isDenied(request)) {
      response.writeHead(404).end();
      return;
    }
    const { host: _host, ...headers } = request.headers;
    const options = { method: request.method ?? "GET", headers, agent: false };
    const upstream = httpRequest(new URL(request.url ?? "/", this.#target), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.once("error", () => response.writeHead(502).end());
    request.pipe(upstream);
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (this.#isDenied(request)) return refuse(socket, 404);
    const target = new URL(request.url ?? "/", this.#target);
    target.protocol = "ws:";
    const { authorization } = request.headers;
    const sfu = new WebSocket(target, authorization === undefined ? {} : { headers: { authorization } });
    sfu.once("unexpected-response", (_request, { statusCode = 502 }) => refuse(socket, statusCode));
    sfu.once("error", () => refuse(socket, 502));
    sfu.once("open", () => {
      sfu.pause(); // until somebody listens
      this.#webSockets.handleUpgrade(request, socket, head, (browser) => {
        this.#join(new DeceivedPage(identityOf(target, authorization), browser, () => this.lies), browser, sfu);
        sfu.resume();
      });
    });
  }

  #join(page: DeceivedPage, browser: WebSocket, sfu: WebSocket): void {
    this.#pages.add(page);
    sfu.on("message", (data: Buffer) => page.deceive(data));
    browser.on("message", (data: Buffer) => {
      const said = SignalRequest.fromBinary(data);
      this.lies.toSfu?.(said, page);
      if (sfu.readyState === WebSocket.OPEN) sfu.send(said.toBinary());
    });
    for (const [one, other] of [
      [browser, sfu],
      [sfu, browser],
    ] as const) {
      one.on("error", () => one.terminate());
      one.once("close", () => {
        this.#pages.delete(page);
        other.close();
      });
    }
  }

  #isDenied({ url = "/" }: IncomingMessage): boolean {
    return this.lies.deniesV1 === true && url.startsWith("/rtc/v1");
  }
}

/** The subject of the media token that the page connects with. */
function identityOf({ searchParams }: URL, authorization = ""): string {
  const token = searchParams.get("access_token") ?? authorization.replace(/^Bearer /i, "");
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { sub: string };
  return claims.sub;
}

function refuse(socket: Duplex, status: number): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
