import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { WebSocket, WebSocketServer } from "ws";
import { addressOf } from "../http/addressOf.ts";
import { Budget, type BudgetSize } from "./Budget.ts";
import { ClientMessageGuard, type Forbidden } from "./ClientMessageGuard.ts";
import { ClientPace } from "./ClientPace.ts";
import { maxParticipantPayloadBytes } from "./participantGrant.ts";
import { PendingLogins } from "./PendingLogins.ts";
import { ReadGate } from "./ReadGate.ts";

export interface NatsProxyLimits {
  /** Bytes a connection may send. */
  bytes: BudgetSize;
  /** Protocol lines a connection may send: messages, subscriptions, pings. */
  lines: BudgetSize;
  /** How long a connection may take to log in. */
  loginMs: number;
  /** Connections of one network that have not logged in yet. */
  pendingPerNetwork: number;
}

export interface NatsProxyOptions {
  /** nats-server's WebSocket on loopback. */
  websocketUrl: string;
  /** Whether the control plane can let anybody in; who comes while it cannot is to try again in a moment. */
  isReady: () => boolean;
  trustProxy: boolean;
  log: Logger;
  limits?: Partial<NatsProxyLimits>;
}

const maxFrameBytes = 128 * 1024;
const defaultLimits: NatsProxyLimits = {
  bytes: { perSecond: 48 * 1024, burst: 256 * 1024 },
  // Of 750 small messages a second, which the bytes alone would allow, everybody in the session gets a copy each.
  lines: { perSecond: 40, burst: 400 },
  // nats-server itself gives five seconds, of which the auth callout may take some.
  loginMs: 8_000,
  pendingPerNetwork: 256,
};
/** WebSocket close codes (RFC 6455, 7.4.1). */
const closeCodes = { goingAway: 1001, policyViolation: 1008, tooBig: 1009, tryAgainLater: 1013 };
const closings: Record<Forbidden, [code: number, reason: string]> = {
  "too big": [closeCodes.tooBig, "the message is too big"],
  headers: [closeCodes.policyViolation, "messages have no headers here"],
};

/**
 * Passes WebSocket connections to nats-server: without compression (no compression bombs), with bounded frames and
 * messages, without headers, and with budgets of bytes and of messages per connection, because nats-server has no rate
 * limit. Whoever spends a budget is read more slowly, not cut off. Neither side is read faster than the other side takes.
 * Who does not log in is closed, and of these no network may have many (docs/adr/0014).
 */
export class NatsProxy {
  readonly #options: NatsProxyOptions;
  readonly #limits: NatsProxyLimits;
  readonly #pending: PendingLogins;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxFrameBytes });

  constructor(options: NatsProxyOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#pending = new PendingLogins(this.#limits.pendingPerNetwork);
  }

  /** Takes over an HTTP upgrade request whose path is `/nats`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#options.isReady()) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const settled = this.#pending.enter(addressOf(request, this.#options.trustProxy));
    if (settled === null) {
      socket.end(
        "HTTP/1.1 503 Too Many Connections\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
      );
      return;
    }
    socket.once("close", settled);
    this.#server.handleUpgrade(request, socket, head, (client) => this.#connect(client, request.socket, settled));
  }

  /** Closes every connection. */
  close(): void {
    for (const client of this.#server.clients) client.close(closeCodes.goingAway);
    this.#server.close();
  }

  #connect(client: WebSocket, socket: Socket, settled: () => void): void {
    const { websocketUrl, log } = this.#options;
    const limits = this.#limits;
    const upstream = new WebSocket(websocketUrl, { perMessageDeflate: false });
    const toServer = new ReadGate(client, upstream);
    const toClient = new ReadGate(upstream, client);
    const bytes = new Budget(limits.bytes);
    const pace = new ClientPace({
      gate: toServer,
      guard: new ClientMessageGuard(maxParticipantPayloadBytes),
      lines: limits.lines,
      onForbidden: (why) => end(...closings[why]),
    });
    let bytesSeen = socket.bytesRead;
    let isLoggedIn = false;
    const login = setTimeout(() => end(closeCodes.policyViolation, "nobody logged in"), limits.loginMs);

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
      pace.dispose();
      client.resume();
      client.close(code, reason);
    };

    /** nats-server answers a ping only to who has logged in, and every client pings after that. */
    const noteLogin = (data: Buffer) => {
      isLoggedIn = data.includes("PONG");
      if (!isLoggedIn) return;
      clearTimeout(login);
      settled();
    };

    client.pause();
    upstream.once("open", () => client.resume());
    client.on("message", (data: Buffer) => {
      spend();
      pace.write(data);
    });
    client.on("ping", spend);
    client.on("pong", spend);
    upstream.on("message", (data: Buffer, isBinary) => {
      if (!isLoggedIn) noteLogin(data);
      toClient.forward(data, isBinary);
    });

    client.once("close", () => {
      clearTimeout(login);
      toServer.dispose();
      toClient.dispose();
      pace.dispose();
      upstream.terminate();
    });
    upstream.once("close", () => end(closeCodes.tryAgainLater));
    client.on("error", (error) => log.debug({ err: error }, "a client broke the rules of the WebSocket"));
    upstream.on("error", (error) => log.warn({ err: error }, "nats-server's WebSocket failed"));
  }
}
