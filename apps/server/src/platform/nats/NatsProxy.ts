import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { WebSocket, WebSocketServer } from "ws";
import { ByteBudget } from "./ByteBudget.ts";
import { ClientMessageGuard } from "./ClientMessageGuard.ts";
import { maxParticipantPayloadBytes } from "./participantGrant.ts";
import { ReadGate } from "./ReadGate.ts";

export interface NatsProxyOptions {
  /** nats-server's WebSocket on loopback. */
  websocketUrl: string;
  /** Whether the control plane can let anybody in; who comes while it cannot is to try again in a moment. */
  isReady: () => boolean;
  log: Logger;
  /** Bytes a connection may send: a second on average, and at once. */
  budget?: { bytesPerSecond: number; burstBytes: number };
}

const maxFrameBytes = 128 * 1024;
const defaultBudget = { bytesPerSecond: 48 * 1024, burstBytes: 256 * 1024 };
/** WebSocket close codes (RFC 6455, 7.4.1). */
const closeCodes = { goingAway: 1001, tooBig: 1009, tryAgainLater: 1013 };

/**
 * Passes WebSocket connections to nats-server: without compression (no compression bombs), with bounded frames and
 * messages, and with a byte budget per connection, because nats-server has no rate limit. Whoever spends the budget is
 * read more slowly, not cut off. Neither side is read faster than the other side takes.
 */
export class NatsProxy {
  readonly #options: NatsProxyOptions;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxFrameBytes });

  constructor(options: NatsProxyOptions) {
    this.#options = options;
  }

  /** Takes over an HTTP upgrade request whose path is `/nats`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#options.isReady()) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#connect(client, request.socket));
  }

  /** Closes every connection. */
  close(): void {
    for (const client of this.#server.clients) client.close(closeCodes.goingAway);
    this.#server.close();
  }

  #connect(client: WebSocket, socket: Socket): void {
    const { websocketUrl, log, budget = defaultBudget } = this.#options;
    const upstream = new WebSocket(websocketUrl, { perMessageDeflate: false });
    const toServer = new ReadGate(client, upstream);
    const toClient = new ReadGate(upstream, client);
    const guard = new ClientMessageGuard(maxParticipantPayloadBytes);
    const bytes = new ByteBudget(budget);
    let bytesSeen = socket.bytesRead;

    /** Everything that came over the wire counts: frame headers, pings, broken frames. */
    const spend = () => {
      const waitMs = bytes.spend(socket.bytesRead - bytesSeen);
      bytesSeen = socket.bytesRead;
      if (waitMs > 0) toServer.delay(waitMs);
    };

    /** Nothing more goes to nats-server; the client is read on, or it could not answer the closing handshake. */
    const end = (code: number, reason = "") => {
      upstream.terminate();
      toServer.dispose();
      client.resume();
      client.close(code, reason);
    };

    client.pause();
    upstream.once("open", () => client.resume());
    client.on("message", (data: Buffer, isBinary) => {
      spend();
      if (guard.accepts(data)) toServer.forward(data, isBinary);
      else end(closeCodes.tooBig, "the message is too big");
    });
    client.on("ping", spend);
    client.on("pong", spend);
    upstream.on("message", (data: Buffer, isBinary) => toClient.forward(data, isBinary));

    client.once("close", () => {
      toServer.dispose();
      toClient.dispose();
      upstream.terminate();
    });
    upstream.once("close", () => end(closeCodes.tryAgainLater));
    client.on("error", (error) => log.debug({ err: error }, "a client broke the rules of the WebSocket"));
    upstream.on("error", (error) => log.warn({ err: error }, "nats-server's WebSocket failed"));
  }
}
