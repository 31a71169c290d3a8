import type { EphemeralChannel, RpcMethod } from "@sotto/protocol";
import type { Schema } from "../Schema.ts";
import { SottoError } from "../SottoError.ts";
import { Backoff } from "./backoff.ts";
import type { DeliverySequences } from "./Deliveries.ts";
import { SecretRefused, type MessageAddress } from "./connectNats.ts";
import { MessageConnection, type MessageHandlers } from "./MessageConnection.ts";
import type { Wake } from "./Wake.ts";

export interface MessageLinkOptions {
  readonly address: MessageAddress;
  /** Outlive this link: the next seat goes on where this one stopped. */
  readonly sequences: DeliverySequences;
  readonly handlers: MessageHandlers;
  readonly wake: Pick<Wake, "listen">;
  readonly onDown: () => void;
  readonly onUp: () => void;
  /** The secret is not accepted any more, or the session is over; the link has stopped. */
  readonly onRefused: () => void;
}

/** A connection that is lost so soon after news of our standing was closed by the server, to give us our new rights. */
const afterStandingMs = 5_000;
/** How long it may take to be back then, before anybody is told. */
const calmMs = 2_000;
/** The server refuses us also while it cannot tell who we are, for which it takes a moment. */
const maxRefusals = 2;
/** An attempt that began this long ago may have begun without a network. */
const staleAttemptMs = 1_000;
/** What may be called twice when it is not known whether the first call arrived. */
const repeatable: readonly RpcMethod[] = ["pub-chat", "pub-private", "hand", "moderate", "epochs", "epoch-staged"];

/**
 * Keeps one seat connected to NATS: reconnects with jitter until it is closed or its secret is refused. When the server
 * closes the connection because our standing changed, nobody need notice: it is back at once, and calls wait for that.
 */
export class MessageLink {
  readonly #options: MessageLinkOptions;
  readonly #closing = new AbortController();
  #connection: MessageConnection | null = null;
  #newStandingAt = -Infinity;
  /** Resolves when a loss that nobody need notice is over, or has become one like any other. */
  #calm: Promise<void> | null = null;

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
    const stopListening = this.#options.wake.listen(() => void this.#connection?.probe());
    this.#closing.signal.addEventListener("abort", stopListening);
    void this.#keepUp(this.#connection);
  }

  /** Resolves with the connection, after a loss that nobody need notice when that is over. Throws `not_connected`. */
  async whenUp(): Promise<MessageConnection> {
    if (!this.#connection) await this.#calm;
    if (!this.#connection) throw SottoError.notConnected();
    return this.#connection;
  }

  /** Calls a method of the control plane; throws `not_connected` while there is no connection. */
  async call<T>(method: RpcMethod, body: Uint8Array | undefined, schema: Schema<T>): Promise<T> {
    const connection = await this.whenUp();
    try {
      return await connection.call(method, body, schema);
    } catch (error) {
      if (SottoError.from(error).code !== "not_connected" || !repeatable.includes(method)) throw error;
      if (!this.#isStandingNew() || this.#closing.signal.aborted) throw error;
      return this.call(method, body, schema);
    }
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

  #open(signal = this.#closing.signal): Promise<MessageConnection> {
    const { address, sequences, handlers } = this.#options;
    const onDirect = (kind: string, value: unknown) => {
      if (kind === "standing") this.#newStandingAt = performance.now();
      handlers.onDirect(kind, value);
    };
    return MessageConnection.open(address, sequences, { ...handlers, onDirect }, signal);
  }

  #isStandingNew(): boolean {
    return performance.now() - this.#newStandingAt < afterStandingMs;
  }

  /** Gives up where a better moment comes meanwhile. */
  async #openEagerly(): Promise<MessageConnection> {
    const startedAt = Date.now();
    const superseded = new AbortController();
    const stopListening = this.#options.wake.listen(() => {
      if (Date.now() - startedAt > staleAttemptMs) superseded.abort();
    });
    try {
      return await this.#open(AbortSignal.any([this.#closing.signal, superseded.signal]));
    } finally {
      stopListening();
    }
  }

  async #keepUp(first: MessageConnection): Promise<void> {
    const { signal } = this.#closing;
    let connection: MessageConnection | null = first;
    while (connection) {
      await connection.lost;
      if (signal.aborted) return;
      this.#connection = null;
      const endCalm = this.#isStandingNew() ? this.#stayCalm() : undefined;
      if (!endCalm) this.#options.onDown();
      connection = await this.#reopen({ atOnce: endCalm !== undefined });
      if (!signal.aborted) this.#connection = connection;
      endCalm?.();
      if (signal.aborted || !connection) return connection?.drop();
      this.#options.onUp();
    }
  }

  /** Whoever is told that the connection is lost is told a little later; the returned function says that it is back. */
  #stayCalm(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#calm = promise;
    const timer = setTimeout(() => {
      if (!this.#closing.signal.aborted) this.#options.onDown();
      resolve();
    }, calmMs);
    return () => {
      clearTimeout(timer);
      resolve();
    };
  }

  /** Null when there is no use in trying any longer. */
  async #reopen({ atOnce }: { atOnce: boolean }): Promise<MessageConnection | null> {
    const { signal } = this.#closing;
    const backoff = new Backoff(this.#options.wake);
    for (let refusals = 0, attempt = 0; ; attempt++) {
      if (attempt > 0 || !atOnce) await backoff.pause(signal);
      if (signal.aborted) return null;
      try {
        return await this.#openEagerly();
      } catch (error) {
        if (signal.aborted) return null;
        const isOver = error instanceof SottoError && error.code === "session_ended";
        refusals = error instanceof SecretRefused ? refusals + 1 : 0;
        if (!isOver && refusals < maxRefusals) continue;
        this.#options.onRefused();
        return null;
      }
    }
  }
}
