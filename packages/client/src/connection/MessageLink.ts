import type { EphemeralChannel, RpcMethod } from "@sotto/protocol";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";
import { backoffMs, pause } from "./backoff.ts";
import type { DeliverySequences } from "./Deliveries.ts";
import { MessageConnection, SecretRefused, type MessageAddress, type MessageHandlers } from "./MessageConnection.ts";

export interface MessageLinkOptions {
  readonly address: MessageAddress;
  /** Outlive this link: the next seat goes on where this one stopped. */
  readonly sequences: DeliverySequences;
  readonly handlers: MessageHandlers;
  readonly onDown: () => void;
  readonly onUp: () => void;
  /** The secret is not accepted any more, or the session is over; the link has stopped. */
  readonly onRefused: () => void;
}

/** Keeps one seat connected to NATS: reconnects with jitter until it is closed or its secret is refused. */
export class MessageLink {
  readonly #options: MessageLinkOptions;
  readonly #closing = new AbortController();
  #connection: MessageConnection | null = null;

  constructor(options: MessageLinkOptions) {
    this.#options = options;
  }

  /** The first connection; {@link MessageLinkOptions.onUp} is not called for it. Throws a {@link SottoError}. */
  async start(): Promise<void> {
    try {
      this.#connection = await this.#open();
    } catch (error) {
      throw error instanceof SecretRefused ? SottoError.serverUnreachable(error) : error;
    }
    void this.#keepUp(this.#connection);
  }

  /** Calls a method of the control plane; throws `not_connected` while there is no connection. */
  async call<T>(method: RpcMethod, body: Uint8Array | undefined, schema: Schema<T>): Promise<T> {
    if (!this.#connection) throw SottoError.notConnected();
    return this.#connection.call(method, body, schema);
  }

  /** Publishes what is not kept; does nothing while there is no connection. */
  publishEphemeral(channel: EphemeralChannel, wire: Uint8Array): void {
    this.#connection?.publishEphemeral(channel, wire);
  }

  /** Stops for good. Idempotent. */
  close(): void {
    this.#closing.abort(SottoError.notConnected());
    this.#connection?.drop();
    this.#connection = null;
  }

  #open(): Promise<MessageConnection> {
    const { address, sequences, handlers } = this.#options;
    return MessageConnection.open(address, sequences, handlers, this.#closing.signal);
  }

  async #keepUp(first: MessageConnection): Promise<void> {
    const { signal } = this.#closing;
    let connection: MessageConnection | null = first;
    while (connection) {
      await connection.lost;
      if (signal.aborted) return;
      this.#connection = null;
      this.#options.onDown();
      connection = await this.#reopen();
      if (signal.aborted || !connection) return connection?.drop();
      this.#connection = connection;
      this.#options.onUp();
    }
  }

  /** Null when there is no use in trying any longer. */
  async #reopen(): Promise<MessageConnection | null> {
    const { signal } = this.#closing;
    for (let attempt = 0; ; attempt++) {
      await pause(backoffMs(attempt), signal);
      if (signal.aborted) return null;
      try {
        return await this.#open();
      } catch (error) {
        if (signal.aborted) return null;
        const isOver = error instanceof SottoError && error.code === "session_ended";
        if (!isOver && !(error instanceof SecretRefused)) continue;
        this.#options.onRefused();
        return null;
      }
    }
  }
}
