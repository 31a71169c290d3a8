import type { NatsConnection } from "@nats-io/nats-core";
import { dismissedEventSchema, emptyResultSchema, subjects, waitingNewsSchema, type JoinAnswer } from "@sotto/protocol";
import { connectNats } from "../connection/connectNats.ts";
import { RpcClient } from "../connection/RpcClient.ts";
import { subscribeJson } from "../connection/subscribeJson.ts";
import { SottoError } from "../SottoError.ts";

/** What a host wrote to whoever waits. `from`: the host's name, as the server says it. */
export interface WaitingMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

/** How it ended: a host let us in, the connection was lost, or we are out of the waiting room. */
export type WaitingEnd = "admitted" | "lost" | SottoError;

/** The one connection of somebody who waits, which hears nothing but what is addressed to them. */
export class WaitingConnection implements Disposable {
  /** Resolves once. */
  readonly ended: Promise<WaitingEnd>;
  readonly #end: (end: WaitingEnd) => void;
  readonly #nats: NatsConnection;
  readonly #socket: WebSocket;
  readonly #rpc: RpcClient;

  /** Connects, and resolves when it hears. Throws `SecretRefused`, a {@link SottoError}, or the signal's reason. */
  static async open(
    { nats: address, sessionId, participantId }: JoinAnswer,
    onMessage: (message: WaitingMessage) => void,
    signal: AbortSignal,
  ): Promise<WaitingConnection> {
    const { nats, socket } = await connectNats({ ...address, sessionId, participantId }, signal);
    const rpc = new RpcClient({ nats, sessionId, participantId, inboxPrefix: address.inboxPrefix });
    const connection = new WaitingConnection(nats, socket, rpc);
    subscribeJson(nats, subjects.allTo(sessionId, participantId), (kind, value) =>
      connection.#hear(kind, value, onMessage),
    );
    try {
      await nats.flush();
      return connection;
    } catch (cause) {
      connection[Symbol.dispose]();
      signal.throwIfAborted();
      throw SottoError.serverUnreachable(cause);
    }
  }

  private constructor(nats: NatsConnection, socket: WebSocket, rpc: RpcClient) {
    const { promise, resolve } = Promise.withResolvers<WaitingEnd>();
    this.ended = promise;
    this.#end = resolve;
    this.#nats = nats;
    this.#socket = socket;
    this.#rpc = rpc;
    void nats.closed().then(() => resolve("lost"));
  }

  /** Tells the server that we do not wait any longer, if it can be told in this time. Never throws. */
  async leave(timeoutMs: number): Promise<void> {
    // Otherwise the server finds out by itself.
    await this.#rpc.call("leave", undefined, emptyResultSchema, timeoutMs).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#rpc.close();
    this.#socket.close();
    this.#nats.close().catch(() => undefined); // it only ever fails because it is closed
    this.#end("lost");
  }

  #hear(kind: string, value: unknown, onMessage: (message: WaitingMessage) => void): void {
    if (kind === "dismissed") {
      const event = dismissedEventSchema.safeParse(value);
      this.#end(event.success ? SottoError.dismissed(event.data.reason) : "lost");
    }
    if (kind !== "waiting") return;
    const news = waitingNewsSchema.safeParse(value);
    if (news.data?.kind === "admitted") this.#end("admitted");
    if (news.data?.kind === "message") onMessage({ ...news.data, id: crypto.randomUUID() });
  }
}
